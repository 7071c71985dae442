using System;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Pooling over flat planes, both profiles.</summary>
internal static class PoolingEmitter
{
    public static void Emit(PoolingKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        bool isByte = kernel.Element.IsByte(), isMaximum = kernel.Function == PoolingKind.Max;
        int offset = 0;
        string source = scope.Operand(0), keyword = kernel.Element.Keyword();
        if (kernel.Is2x2)
        {
            writer.Line($"{scope.Use(PoolingHelpers.Maximum2x2(kernel.Element))}({source}, {scope.Result()}, rows: {geometry.Channels * geometry.OutputHeight}, columns: {geometry.OutputWidth}, width: {geometry.Width});");
            return;
        }

        if (kernel.IsChannelsLast)
        {
            int pixel = geometry.Channels, line = geometry.Width * pixel;
            writer.Line($"{scope.Use(PoolingHelpers.MaximumChannels(kernel.Element))}(");
            using (writer.Indent())
            {
                writer.Line($"{source}, {scope.Result()}, rows: {geometry.OutputHeight}, columns: {geometry.OutputWidth}, channels: {pixel}, rowPitch: {geometry.StrideY * line}, columnPitch: {geometry.StrideX * pixel},");
                writer.Line($"kernelHeight: {geometry.KernelHeight}, kernelWidth: {geometry.KernelWidth}, line: {geometry.DilationY * line}, step: {geometry.DilationX * pixel});");
            }

            return;
        }

        if (!geometry.IsDirect)
        {
            string padding = !isMaximum ? isByte ? FormattableString.Invariant($"{kernel.InputZeroPoint}") : "0f" : isByte
                ? $"{keyword}.MinValue" : "float.NegativeInfinity";
            source = ConvolutionEmitter.EmitPacking(geometry, kernel.Element, padding, scope, ref offset);
        }

        bool needsSums = !isMaximum && isByte;
        writer.Line($"ReadOnlySpan<int> offsets = {scope.Table(kernel.Offsets!)};");
        if (needsSums) writer.Line($"Span<int> sums = {scope.Scratch(ElementType.Int32, offset, geometry.Length)};");
        else if (!geometry.IsContiguous) writer.Line($"Span<{keyword}> gapped = {scope.Scratch(kernel.Element, offset, geometry.Length)};");
        using (writer.Block($"for (int channel = 0; channel < {geometry.Channels}; channel++)"))
        {
            writer.Line($"ReadOnlySpan<{keyword}> x = {source}.Slice(channel * {geometry.ChannelStride}, {geometry.ChannelStride});");
            string place = $"{scope.Result()}.Slice(channel * {geometry.OutputSize}, {geometry.OutputSize})";
            if (needsSums)
            {
                writer.Line($"{scope.Use(PoolingHelpers.Sum(kernel.Element))}(x, offsets, sums, {-geometry.KernelHeight * geometry.KernelWidth * kernel.InputZeroPoint});");
                EmitRequantize(kernel, scope, place);
                return;
            }

            writer.Line($"Span<{keyword}> target = {(geometry.IsContiguous ? place : "gapped")};");
            if (isMaximum)
            {
                writer.Line($"{scope.Use(PoolingHelpers.Maximum(kernel.Element, scope.IsModern))}(x, offsets, target);");
            }
            else
            {
                string divisors = kernel.Divisors is null ? "default" : scope.Table(kernel.Divisors);
                writer.Line($"{scope.Use(PoolingHelpers.Average)}(x, offsets, target, {kernel.Divisor}, {divisors});");
            }

            if (!geometry.IsContiguous) CloseGaps(geometry, scope, "gapped", place);
        }
    }

    private static void EmitRequantize(PoolingKernel kernel, LayerScope scope, string place)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        Requantization requantization = kernel.Requantization!;
        scope.Writer.Line($"Span<{kernel.Output.Keyword()}> target = {place};");
        using (scope.Writer.Block($"for (int row = 0; row < {geometry.OutputHeight}; row++)"))
        using (scope.Writer.Block($"for (int column = 0; column < {geometry.OutputWidth}; column++)"))
        {
            scope.Writer.Line($"int i = row * {geometry.Columns} + column;");
            string multiplier = kernel.Divisors is null
                ? Literals.Float(requantization.Multipliers[0]) : $"{scope.Table(kernel.Divisors)}[i]";
            scope.Writer.Line($"target[row * {geometry.OutputWidth} + column] = ({kernel.Output.Keyword()}){scope.UseMethod(VectorHelpers.RequantizeScalar, "Requantize")}(sums[i], {multiplier}, "
                + $"low: {Literals.Float(requantization.RelativeLow)}, high: {Literals.Float(requantization.RelativeHigh)}, zeroPoint: {requantization.ZeroPoint});");
        }
    }

    private static void CloseGaps(ConvolutionGeometry geometry, LayerScope scope, string gapped, string place) =>
        scope.Writer.Line($"{scope.Use(PackingHelpers.CloseGaps(scope.IsModern))}({gapped}, {place}, planes: 1, rows: {geometry.OutputHeight}, columns: {geometry.OutputWidth}, pitch: {geometry.Columns}, size: {geometry.Length});");
}
