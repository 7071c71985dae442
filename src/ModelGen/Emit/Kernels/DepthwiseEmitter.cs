using System;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Depthwise convolution, modern profile: channel by channel, laid out in planes that are small enough to stay close.</summary>
internal static class DepthwiseEmitter
{
    public static void Emit(ConvolutionKernel kernel, LayerScope scope)
    {
        if (kernel.Masked is { } masked)
        {
            EmitMasked(kernel, masked, scope);
            return;
        }

        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        bool isInteger = kernel.IsInteger;
        var planes = new ShiftedPlanes(geometry, isInteger ? 2 : 1);
        ElementType lane = isInteger ? ElementType.Int32 : ElementType.Float32;
        string weightType = !isInteger ? "float" : kernel.Weights.Element == ElementType.Int8 ? "short" : "int";
        writer.Line($"Span<{lane.Keyword()}> planes = {scope.Scratch(lane, 0, planes.Length)};");
        bool isWidened = isInteger && !planes.IsShifted;
        if (isWidened)
            writer.Line($"Span<{kernel.Input.Keyword()}> bytes = {scope.Scratch(kernel.Input, ConvolutionLowering.Align(planes.Length * sizeof(int)), geometry.ChannelStride)};");
        writer.Line(isWidened ? FormattableString.Invariant($"{scope.Use(VectorHelpers.Fill)}(bytes, ({kernel.Input.Keyword()}){kernel.InputZeroPoint});")
            : isInteger ? FormattableString.Invariant($"{scope.Use(VectorHelpers.Fill)}(planes, {Pair(kernel.InputZeroPoint)});") : "planes.Clear();");
        scope.Reference(lane.Keyword(), "source", "planes");
        if (planes.IsShifted) scope.Reference(kernel.Input.Keyword(), "x", scope.Operand(0));
        scope.Reference(isInteger ? "byte" : "float", "y", isInteger ? $"MemoryMarshal.AsBytes({scope.Result()})" : scope.Result());
        scope.Reference("int", "offsets", scope.Table(kernel.Offsets));
        scope.Reference(weightType, "weights", ConvolutionEmitter.WeightTable(kernel.Weights, weightType, scope));
        writer.Line($"ReadOnlySpan<{kernel.Bias.Element.Keyword()}> bias = {scope.Table(kernel.Bias)};");
        if (isInteger) writer.Line($"ReadOnlySpan<float> multipliers = {scope.Table(kernel.Multipliers!)};");

        string convolve = scope.Use(isInteger ? DepthwiseHelpers.ConvolveChannelPairs(weightType) : DepthwiseHelpers.ConvolveChannel);
        int perChannel = kernel.OutputChannels / kernel.Groups;
        using (writer.Block($"for (int channel = 0; channel < {geometry.Channels}; channel++)"))
        {
            if (planes.IsShifted) PackColumns(kernel, scope);
            else PackRows(kernel, isWidened, scope);
            if (perChannel == 1) Convolve("channel");
            else
                using (writer.Block($"for (int row = channel * {perChannel}; row < (channel + 1) * {perChannel}; row++)")) Convolve("row");
        }

        void Convolve(string row)
        {
            string scale = isInteger ? $"multipliers[{row}], " : "";
            writer.Line($"{convolve}(");
            using (writer.Indent())
            {
                writer.Line($"ref source, ref offsets, taps: {kernel.Taps}, ref Unsafe.Add(ref weights, {row} * {kernel.Taps}), bias[{row}], {scale}ref Unsafe.Add(ref y, {row} * {geometry.OutputSize}),");
                string rows = planes.IsShifted ? FormattableString.Invariant($"rows: 1, length: {geometry.OutputSize}, pitch: 0")
                    : FormattableString.Invariant($"rows: {geometry.OutputHeight}, length: {geometry.OutputWidth}, pitch: {planes.Pitch}");
                writer.Line($"{rows}, {ConvolutionEmitter.Finish(kernel)});");
            }
        }
    }

    private static void EmitMasked(ConvolutionKernel kernel, MaskedPlane masked, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        int masksOffset = ConvolutionLowering.Align(masked.Length * sizeof(float)), size = geometry.Height * geometry.Width;
        writer.Line($"Span<float> planes = {scope.Scratch(ElementType.Float32, 0, masked.Length)}, masks = {scope.Scratch(ElementType.Float32, masksOffset, masked.MaskLength)};");
        writer.Line("planes.Clear();");
        if (masked.MaskLength > 0)
            writer.Line($"{scope.Use(MaskedHelpers.FillMasks)}(masks, pixels: {masked.MaskPixels}, width: {geometry.OutputWidth}, hasLeft: {Literal(masked.HasLeftMask)}, hasRight: {Literal(masked.HasRightMask)});");
        scope.Reference("float", "source", "planes");
        scope.Reference("float", "x", scope.Operand(0));
        scope.Reference("float", "mask", "masks");
        scope.Reference("int", "offsets", scope.Table(kernel.Offsets));
        scope.Reference("float", "weights", scope.Table(kernel.Weights));
        scope.Reference("float", "y", scope.Result());
        writer.Line($"ReadOnlySpan<float> bias = {scope.Table(kernel.Bias)};");
        bool isAhead = masked.Buffers > 1;
        if (isAhead) Pack("0", "0");
        using (writer.Block($"for (int channel = 0; channel < {geometry.Channels}; channel++)"))
        {
            if (!isAhead) Pack("channel", "0");
            else if (geometry.Channels > 1)
            {
                writer.Line("// The next channel is written before this one is read, which then need not wait for it.");
                using (writer.Block($"if (channel < {geometry.Channels - 1})")) Pack("(channel + 1)", $"(channel + 1) % 2 * {masked.ChannelLength}");
                writer.Line();
            }

            string plane = isAhead && geometry.Channels > 1 ? $"ref Unsafe.Add(ref source, channel % 2 * {masked.ChannelLength})" : "ref source";
            writer.Line($"{scope.Use(MaskedHelpers.Convolve(geometry.KernelHeight, masked.HasLeftMask, masked.HasRightMask))}(");
            using (writer.Indent())
            {
                writer.Line($"{plane}, ref offsets, ref mask, ref Unsafe.Add(ref weights, channel * {geometry.KernelHeight * geometry.KernelWidth}), bias[channel], ref Unsafe.Add(ref y, channel * {masked.Pixels}),");
                writer.Line($"pixels: {masked.Pixels}, {ConvolutionEmitter.Finish(kernel)});");
            }
        }

        void Pack(string channel, string plane)
        {
            string from = channel == "0" ? "ref x" : $"ref Unsafe.Add(ref x, {channel} * {size})";
            string to = $"ref Unsafe.Add(ref source, {(plane == "0" ? "" : plane + " + ")}{masked.Margin})";
            writer.Line(masked.Stride == 1
                ? $"{scope.Use(VectorHelpers.CopyFloats)}({from}, {to}, {size});"
                : $"{scope.Use(MaskedHelpers.SplitPhases)}({from}, {to}, height: {geometry.Height}, width: {geometry.Width}, pitch: {geometry.OutputWidth}, size: {masked.PlaneLength});");
        }

        static string Literal(bool value) => value ? "true" : "false";
    }

    private static void PackColumns(ConvolutionKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        writer.Line($"{scope.Use(kernel.IsInteger ? DepthwiseHelpers.PackShiftedPairs(kernel.Input) : DepthwiseHelpers.PackShifted)}(");
        using (writer.Indent())
        {
            writer.Line($"ref Unsafe.Add(ref x, channel * {geometry.Height * geometry.Width}), ref source, height: {geometry.Height}, width: {geometry.Width}, outputWidth: {geometry.OutputWidth}, kernelWidth: {geometry.KernelWidth}, dilationX: {geometry.DilationX},");
            string padding = kernel.IsInteger ? FormattableString.Invariant($", padding: {kernel.InputZeroPoint}") : "";
            writer.Line($"strideY: {geometry.StrideY}, strideX: {geometry.StrideX}, padTop: {geometry.PadTop}, padLeft: {geometry.PadLeft}, phasesY: {geometry.PhasesY}, rows: {geometry.Rows}{padding});");
        }
    }

    private static void PackRows(ConvolutionKernel kernel, bool isWidened, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        int size = geometry.Height * geometry.Width;
        string target = isWidened ? "ref MemoryMarshal.GetReference(bytes)" : "ref source";
        writer.Line($"{scope.Use(PackingHelpers.CopyPlanes)}(");
        using (writer.Indent())
        {
            writer.Line($"{scope.Operand(0)}.Slice(channel * {size}, {size}), {target}, channels: 1, height: {geometry.Height}, width: {geometry.Width}, strideY: {geometry.StrideY}, strideX: {geometry.StrideX},");
            writer.Line($"padTop: {geometry.PadTop}, padLeft: {geometry.PadLeft}, phasesY: {geometry.PhasesY}, phasesX: {geometry.PhasesX}, rows: {geometry.Rows}, columns: {geometry.Columns}, size: {geometry.PlaneSize});");
        }

        if (isWidened) writer.Line($"{scope.Use(PackingHelpers.PairPixels(kernel.Input))}(bytes, planes);");
    }

    // Padding in both halves of a lane.
    private static int Pair(int zeroPoint) => unchecked((zeroPoint & 0xFFFF) | (zeroPoint << 16));
}
