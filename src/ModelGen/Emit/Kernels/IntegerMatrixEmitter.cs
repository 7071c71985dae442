using System;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Products of two quantized matrices, both profiles.</summary>
internal static class IntegerMatrixEmitter
{
    public static void Emit(IntegerMatrixMultiplyKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        MatrixBatch batch = kernel.Batch;
        writer.Line($"ReadOnlySpan<{kernel.Left.Element.Keyword()}> left = {Source(kernel.Left, 0, scope)};");
        writer.Line($"ReadOnlySpan<{kernel.Right.Element.Keyword()}> right = {Source(kernel.Right, 1, scope)};");
        if (batch.LeftStarts is not null) writer.Line($"ReadOnlySpan<int> leftStarts = {scope.Table(batch.LeftStarts)};");
        if (batch.RightStarts is not null) writer.Line($"ReadOnlySpan<int> rightStarts = {scope.Table(batch.RightStarts)};");
        if (scope.IsModern) EmitModern(kernel, scope);
        else EmitPortable(kernel, scope);
    }

    // Both factors become pairs of 16-bit numbers, so that the loop of dense convolutions multiplies them: columns are its pixels.
    private static void EmitModern(IntegerMatrixMultiplyKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        MatrixBatch batch = kernel.Batch;
        int pairs = (kernel.Inner + 1) / 2, rowPairs = kernel.Rows * pairs;
        string bias = scope.Scratch(ElementType.Int32, sizeof(int) * rowPairs, kernel.Rows);
        string columns = scope.Scratch(ElementType.Int32, sizeof(int) * (rowPairs + kernel.Rows), pairs * kernel.Columns);
        writer.Line($"Span<int> rows = {scope.Scratch(ElementType.Int32, 0, rowPairs)}, bias = {bias};");
        writer.Line($"Span<int> columns = {columns};");
        bool repeatsLeft = batch.Products > 1 && batch.LeftStarts is null && batch.LeftStride == 0;
        bool repeatsRight = batch.Products > 1 && batch.RightStarts is null && batch.RightStride == 0;
        if (repeatsLeft) PackLeft(kernel, "0", scope);
        if (repeatsRight) PackRight(kernel, "0", scope);
        if (batch.Products > 1) writer.Line($"for (int product = 0; product < {batch.Products}; product++)");
        if (batch.Products > 1) writer.Block();
        if (!repeatsLeft) PackLeft(kernel, LeftStart(batch), scope);
        if (!repeatsRight) PackRight(kernel, RightStart(batch), scope);
        string multiply = scope.Use(TileHelpers.Create(new TileFlavor("MultiplyPairs", true, false, false, "int", "int")));
        writer.Line($"{multiply}(");
        using (writer.Indent())
        {
            string output = $"MemoryMarshal.AsBytes({ProductEmitter.From(scope.Result(), Target(kernel))})";
            writer.Line($"{Reference("columns")}, {Reference(scope.Table(kernel.Offsets))}, taps: {pairs},");
            writer.Line($"{Reference("rows")}, {Reference("bias")}, {Reference(scope.Table(kernel.Multipliers))},");
            writer.Line($"rows: {kernel.Rows}, {Reference(output)}, stride: {kernel.Columns}, length: {kernel.Columns},");
            writer.Line($"{Finish(kernel.Requantization)});");
        }

        if (batch.Products > 1) writer.Close(brace: true);
    }

    private static void EmitPortable(IntegerMatrixMultiplyKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        MatrixBatch batch = kernel.Batch;
        writer.Line($"Span<short> centred = {scope.Scratch(ElementType.Int16, 0, kernel.Inner)};");
        string sums = scope.Scratch(ElementType.Int32, ConvolutionLowering.Align(kernel.Inner * sizeof(short)), kernel.Columns);
        writer.Line($"Span<int> sums = {sums};");
        writer.Line($"ReadOnlySpan<int> offsets = {scope.Table(kernel.Offsets)};");
        writer.Line($"ReadOnlySpan<float> multipliers = {scope.Table(kernel.Multipliers)};");
        if (batch.Products > 1) writer.Line($"for (int product = 0; product < {batch.Products}; product++)");
        if (batch.Products > 1) writer.Block();
        using (writer.Block($"for (int row = 0; row < {kernel.Rows}; row++)"))
        {
            string a = ProductEmitter.Plus(LeftStart(batch), $"row * {kernel.Inner}"),
                y = ProductEmitter.Plus(Target(kernel), $"row * {kernel.Columns}");
            string centre = scope.Use(MatrixPackingHelpers.CentreRow(kernel.Left.Element));
            writer.Line($"sums.Fill({centre}(left.Slice({a}, {kernel.Inner}), centred, {ZeroPoints(kernel)}));");
            string accumulate = scope.Use(PortableHelpers.Accumulate(kernel.Right.Element, ElementType.Int16, ElementType.Int32));
            writer.Line($"{accumulate}({ProductEmitter.From("right", RightStart(batch))}, offsets, centred, sums);");
            string requantize = scope.Use(PortableHelpers.RequantizeRun(kernel.Output));
            string target = $"{scope.Result()}.Slice({y}, {kernel.Columns})";
            writer.Line($"{requantize}(sums, {target}, multipliers[row], {Finish(kernel.Requantization)});");
        }

        if (batch.Products > 1) writer.Close(brace: true);
    }

    private static void PackLeft(IntegerMatrixMultiplyKernel kernel, string start, LayerScope scope)
    {
        string centre = scope.Use(MatrixPackingHelpers.CentreRows(kernel.Left.Element));
        scope.Writer.Line($"{centre}({ProductEmitter.From("left", start)}, rows, bias, length: {kernel.Inner}, {ZeroPoints(kernel)});");
    }

    private static void PackRight(IntegerMatrixMultiplyKernel kernel, string start, LayerScope scope)
    {
        string pair = scope.Use(PackingHelpers.PairChannels(kernel.Right.Element)), right = ProductEmitter.From("right", start);
        scope.Writer.Line($"{pair}({right}, columns, groups: 1, channels: {kernel.Inner}, size: {kernel.Columns}, stride: {kernel.Columns});");
    }

    private static string Reference(string span) => $"ref MemoryMarshal.GetReference({span})";

    private static string Source(ElementWiseOperand operand, int index, LayerScope scope) =>
        operand.Constant is null ? scope.InputName(index)! : scope.Table(operand.Constant);

    private static string LeftStart(MatrixBatch batch) => batch.LeftStarts is null
        ? ProductEmitter.Times(Index(batch), batch.LeftStride) : "leftStarts[product]";

    private static string RightStart(MatrixBatch batch) => batch.RightStarts is null
        ? ProductEmitter.Times(Index(batch), batch.RightStride) : "rightStarts[product]";

    private static string Target(IntegerMatrixMultiplyKernel kernel) =>
        ProductEmitter.Times(Index(kernel.Batch), kernel.Rows * kernel.Columns);

    private static string Index(MatrixBatch batch) => batch.Products == 1 ? "0" : "product";

    private static string ZeroPoints(IntegerMatrixMultiplyKernel kernel) =>
        FormattableString.Invariant($"zeroPoint: {kernel.LeftZeroPoint}, otherZeroPoint: {kernel.RightZeroPoint}");

    private static string Finish(Requantization requantization) =>
        $"low: {Literals.Float(requantization.RelativeLow)}, high: {Literals.Float(requantization.RelativeHigh)}, "
            + $"zeroPoint: {requantization.ZeroPoint}";
}
