using System;
using System.Globalization;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Fully connected layers and matrix products, both profiles.</summary>
internal static class ProductEmitter
{
    public static void Emit(ProductKernel kernel, LayerScope scope)
    {
        switch (kernel.Form)
        {
            case ProductForm.Unrolled: EmitUnrolled(kernel, scope); break;
            case ProductForm.Shuffled: ShuffledProductEmitter.Emit(kernel, scope); break;
            case ProductForm.Quads: QuadProductEmitter.Emit(kernel, scope); break;
            case ProductForm.Panels: EmitPanels(kernel, scope); break;
            case ProductForm.Packed: PackedProductEmitter.Emit(kernel, scope); break;
            case ProductForm.Columns when scope.IsModern: EmitColumns(kernel, scope); break;
            case ProductForm.Columns: EmitPortableColumns(kernel, scope); break;
            default: EmitDotProducts(kernel, scope); break;
        }
    }

    public static void Emit(MatrixMultiplyKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string left = kernel.LeftTable is null ? scope.InputName(0)! : scope.Table(kernel.LeftTable);
        string right = kernel.RightTable is null ? scope.InputName(1)! : scope.Table(kernel.RightTable);
        writer.Line($"ReadOnlySpan<float> left = {left}, right = {right};");
        string batch = kernel.Batch.Products == 1 ? "0" : "product";
        if (kernel.Batch.Products > 1)
        {
            if (kernel.Batch.LeftStarts is not null) writer.Line($"ReadOnlySpan<int> leftStarts = {scope.Table(kernel.Batch.LeftStarts)};");
            if (kernel.Batch.RightStarts is not null)
                writer.Line($"ReadOnlySpan<int> rightStarts = {scope.Table(kernel.Batch.RightStarts)};");
            writer.Line($"for (int product = 0; product < {kernel.Batch.Products}; product++)");
            writer.Block();
        }

        string a = kernel.Batch.LeftStarts is null ? Times(batch, kernel.Batch.LeftStride) : "leftStarts[product]";
        string b = kernel.Batch.RightStarts is null ? Times(batch, kernel.Batch.RightStride) : "rightStarts[product]";
        string target = Times(batch, kernel.Rows * kernel.Columns);
        if (scope.IsModern)
        {
            string helper = scope.Use(TileHelpers.Create(new TileFlavor("MultiplyColumns", false, false, true, "float", "int")));
            writer.Line($"{helper}(");
            using (writer.Indent())
            {
                writer.Line($"ref MemoryMarshal.GetReference({From("right", b)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Offsets)}), taps: {kernel.Inner},");
                writer.Line($"ref MemoryMarshal.GetReference({From("left", a)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Zeros)}), rows: {kernel.Rows},");
                writer.Line($"ref MemoryMarshal.GetReference({From(scope.Result(), target)}), stride: {kernel.Columns}, length: {kernel.Columns}, {Clamp(kernel.Activation)});");
            }
        }
        else
        {
            using (writer.Block($"for (int row = 0; row < {kernel.Rows}; row++)"))
            {
                string accumulate = scope.Use(PortableHelpers.Accumulate(ElementType.Float32, ElementType.Float32, ElementType.Int32));
                writer.Line($"Span<float> target = {scope.Result()}.Slice({Plus(target, $"row * {kernel.Columns}")}, {kernel.Columns});");
                writer.Line("target.Clear();");
                writer.Line($"{accumulate}({From("right", b)}, {scope.Table(kernel.Offsets)}, left.Slice({Plus(a, $"row * {kernel.Inner}")}, {kernel.Inner}), target);");
                if (!kernel.Activation.IsNone) writer.Line($"{scope.Use(PortableHelpers.ClampRun)}(target, {Clamp(kernel.Activation)});");
            }
        }

        if (kernel.Batch.Products > 1) writer.Close(brace: true);
    }

    internal static string Times(string index, int stride) =>
        index == "0" || stride == 0 ? "0" : stride == 1 ? index : FormattableString.Invariant($"{index} * {stride}");

    internal static string Plus(string a, string b) => a == "0" ? b : $"{a} + {b}";

    internal static string From(string span, string start) => start == "0" ? span : $"{span}.Slice({start})";

    private static string Clamp(Activation activation) => $"low: {Literals.Float(activation.Low)}, high: {Literals.Float(activation.High)}";

    internal static string Finish(ProductKernel kernel) => kernel.Requantization is { } requantization
        ? $"low: {Literals.Float(requantization.RelativeLow)}, high: {Literals.Float(requantization.RelativeHigh)}, zeroPoint: {requantization.ZeroPoint}"
        : Clamp(kernel.Activation);

    private static void EmitColumns(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        if (!kernel.IsInteger)
        {
            string helper = scope.Use(TileHelpers.Create(new TileFlavor("MultiplyColumns", false, false, true, "float", "int")));
            writer.Line($"{helper}(");
            using (writer.Indent())
            {
                writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Weights!)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Offsets!)}), taps: {kernel.Inputs},");
                writer.Line($"ref MemoryMarshal.GetReference({scope.Operand(0)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Bias!)}), rows: {kernel.Vectors},");
                writer.Line($"ref MemoryMarshal.GetReference({scope.Result()}), stride: {kernel.Outputs}, length: {kernel.Outputs}, {Finish(kernel)});");
            }

            return;
        }

        int pairs = (kernel.Inputs + 1) / 2;
        string columns = scope.Use(TileHelpers.Create(new TileFlavor("MultiplyColumnsInt8", true, false, true, "int", "int")));
        writer.Line($"Span<int> pairs = {scope.Scratch(ElementType.Int32, 0, pairs)};");
        using (writer.Block($"for (int row = 0; row < {kernel.Vectors}; row++)"))
        {
            writer.Line($"{scope.Use(PackingHelpers.PairElements(kernel.Input))}({scope.Operand(0)}.Slice(row * {kernel.Inputs}, {kernel.Inputs}), pairs);");
            writer.Line($"{columns}(");
            using (writer.Indent())
            {
                writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Weights!)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Offsets!)}), taps: {pairs},");
                writer.Line($"ref MemoryMarshal.GetReference(pairs), ref MemoryMarshal.GetReference({scope.Table(kernel.Bias!)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Multipliers!)}), rows: 1,");
                writer.Line($"ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes({scope.Result()}.Slice(row * {kernel.Outputs}))), stride: {kernel.Outputs}, length: {kernel.Outputs}, {Finish(kernel)});");
            }
        }
    }

    private static void EmitPanels(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string clamp = kernel.Activation.IsNone ? "" : $", {Finish(kernel)}";
        writer.Line($"ref float x = ref MemoryMarshal.GetReference({scope.Operand(0)}), y = ref MemoryMarshal.GetReference({scope.Result()});");
        writer.Line($"ref float weights = ref MemoryMarshal.GetReference({scope.Table(kernel.Weights!)}), bias = ref MemoryMarshal.GetReference({scope.Table(kernel.Bias!)});");
        if (!kernel.PicksInputs)
        {
            MultiplyAll();
            return;
        }

        string listed = scope.Use(VectorProductHelpers.Multiply(isListed: true));
        writer.Line($"ref ushort positions = ref MemoryMarshal.GetReference({scope.Scratch(ElementType.UInt16, 0, kernel.Inputs)});");
        writer.Line($"int listed = {scope.Use(VectorProductHelpers.ListNonZeros)}(ref x, {kernel.Inputs}, ref positions);");
        using (writer.Block("if (listed >= 0)"))
            writer.Line($"{listed}(ref x, inputs: {kernel.Inputs}, ref positions, listed, ref weights, ref bias, ref y, length: {kernel.Outputs}{clamp});");
        using (writer.Block("else")) MultiplyAll();

        void MultiplyAll()
        {
            bool turns = kernel.KeptBytes > 0;
            if (turns) writer.Line("kept[0] ^= 1; // Every other run from the other end: what the cache still holds comes first.");
            writer.Line($"{scope.Use(VectorProductHelpers.Multiply(isListed: false))}(ref x, inputs: {kernel.Inputs}, ref weights, ref bias, ref y, length: {kernel.Outputs}{(turns ? ", isBackwards: (kept[0] & 1) != 0" : "")}{clamp});");
        }
    }

    private static void EmitPortableColumns(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string helper = scope.Use(PortableHelpers.Accumulate(ElementType.Float32, ElementType.Float32, ElementType.Int32));
        using (writer.Block($"for (int row = 0; row < {kernel.Vectors}; row++)"))
        {
            writer.Line($"Span<float> target = {scope.Result()}.Slice(row * {kernel.Outputs}, {kernel.Outputs});");
            writer.Line($"{scope.Table(kernel.Bias!)}.CopyTo(target);");
            writer.Line($"{helper}({scope.Table(kernel.Weights!)}, {scope.Table(kernel.Offsets!)}, {scope.Operand(0)}.Slice(row * {kernel.Inputs}, {kernel.Inputs}), target);");
            if (!kernel.Activation.IsNone) writer.Line($"{scope.Use(PortableHelpers.ClampRun)}(target, {Finish(kernel)});");
        }
    }

    private static void EmitDotProducts(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        bool sparse = kernel.Form == ProductForm.Sparse;
        string sum = kernel.IsInteger ? "int" : "float", weight = kernel.Weights!.Element.Keyword();
        writer.Line($"ReadOnlySpan<{weight}> weights = {scope.Table(kernel.Weights)};");
        writer.Line($"ReadOnlySpan<{sum}> bias = {scope.Table(kernel.Bias!)};");
        if (kernel.IsInteger) writer.Line($"ReadOnlySpan<float> multipliers = {scope.Table(kernel.Multipliers!)};");
        if (sparse)
        {
            writer.Line($"ReadOnlySpan<int> first = {scope.Table(kernel.First!)};");
            writer.Line($"ReadOnlySpan<{kernel.Offsets!.Element.Keyword()}> indices = {scope.Table(kernel.Offsets)};");
        }

        using (writer.Block($"for (int row = 0; row < {kernel.Vectors}; row++)"))
        {
            writer.Line($"ReadOnlySpan<{kernel.Input.Keyword()}> x = {scope.Operand(0)}.Slice(row * {kernel.Inputs}, {kernel.Inputs});");
            using (writer.Block($"for (int i = 0; i < {kernel.Outputs}; i++)"))
            {
                string dot;
                if (sparse)
                {
                    string helper = scope.Use(DotHelpers.Sparse(kernel.Input, kernel.Weights.Element, kernel.Offsets!.Element,
                        scope.IsModern));
                    dot = $"{helper}(x, indices.Slice(first[i], first[i + 1] - first[i]), weights.Slice(first[i]))";
                }
                else
                {
                    string helper = scope.Use(DotHelpers.Dense(kernel.Input, kernel.Weights.Element, scope.IsModern));
                    dot = $"{helper}(x, weights.Slice(i * {kernel.Inputs}, {kernel.Inputs}))";
                }

                string target = $"{scope.Result()}[row * {kernel.Outputs} + i]";
                writer.Line($"{sum} sum = bias[i] + {dot};");
                if (kernel.IsInteger)
                    writer.Line($"{target} = ({kernel.Output.Keyword()}){scope.UseMethod(VectorHelpers.RequantizeScalar, "Requantize")}(sum, multipliers[i], {Finish(kernel)});");
                else if (kernel.Activation.IsNone) writer.Line($"{target} = sum;");
                else writer.Line($"{target} = {scope.UseMethod(VectorHelpers.ScalarClamp, "Clamp")}(sum, {Finish(kernel)});");
            }
        }
    }

    private static void EmitUnrolled(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string input = scope.Operand(0), output = scope.Result();

        // One check of the lengths lets the JIT drop those of the terms.
        writer.Line($"ReadOnlySpan<{kernel.Input.Keyword()}> x = {input}.Slice(0, {kernel.Inputs});");
        writer.Line($"Span<{kernel.Output.Keyword()}> y = {output}.Slice(0, {kernel.Outputs});");
        if (kernel.IsInteger) writer.Line("int sum;");
        for (int o = 0; o < kernel.Outputs; o++)
        {
            string[] terms = Enumerable.Range(0, kernel.Inputs).Where(i => kernel.Literals![o * kernel.Inputs + i] != 0)
                .Select(i => Term(kernel, kernel.Literals![o * kernel.Inputs + i], i)).ToArray();
            string bias = kernel.IsInteger ? ((int)kernel.LiteralBias![o]).ToString(CultureInfo.InvariantCulture)
                : Literals.Float((float)kernel.LiteralBias![o]);
            string[] lines = new[] { bias }.Concat(terms).ToArray();
            string head = kernel.IsInteger ? "sum = " : kernel.Activation.IsNone
                ? $"y[{o}] = " : $"y[{o}] = {scope.UseMethod(VectorHelpers.ScalarClamp, "Clamp")}(";
            string tail = kernel.IsInteger || kernel.Activation.IsNone ? ";" : $", {Finish(kernel)});";
            WriteWrapped(writer, head, lines, tail);
            if (kernel.IsInteger)
            {
                string multiplier = Literals.Float(kernel.Requantization!.Multipliers[kernel.Requantization.Multipliers.Length == 1
                    ? 0 : o]);
                writer.Line($"y[{o}] = ({kernel.Output.Keyword()}){scope.UseMethod(VectorHelpers.RequantizeScalar, "Requantize")}(sum, {multiplier}, {Finish(kernel)});");
            }
        }
    }

    private static string Term(ProductKernel kernel, double weight, int input)
    {
        string sign = weight < 0 ? "- " : "+ ";
        double size = Math.Abs(weight);
        string literal = kernel.IsInteger ? size.ToString(CultureInfo.InvariantCulture) : Literals.Float((float)size);
        return size == 1 ? FormattableString.Invariant($"{sign}x[{input}]") : FormattableString.Invariant($"{sign}{literal} * x[{input}]");
    }

    private static void WriteWrapped(CodeWriter writer, string head, string[] parts, string tail)
    {
        const int Width = 110;
        string line = head;
        bool first = true;
        foreach (string part in parts)
        {
            if (!first && line.Length + part.Length > Width)
            {
                writer.Line(line);
                line = "    ";
            }
            else if (!first)
            {
                line += " ";
            }

            line += part;
            first = false;
        }

        writer.Line(line + tail);
    }
}
