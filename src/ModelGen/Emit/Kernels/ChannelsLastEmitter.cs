using System;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Dense convolution with channels last, modern profile.</summary>
internal static class ChannelsLastEmitter
{
    public static void Emit(ChannelsLastKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        string source = kernel.IsPacked ? "padded" : scope.Operand(0);
        if (kernel.IsPacked) EmitPacking(kernel, scope);
        string runs = kernel.IsDepthwise ? FormattableString.Invariant($"taps: {kernel.Offsets.Length}")
            : FormattableString.Invariant($"runs: {kernel.Offsets.Length}, length: {kernel.RunLength}");
        string multipliers = kernel.IsInteger ? $"ref MemoryMarshal.GetReference({scope.Table(kernel.Multipliers!)}), " : "";
        string finish = kernel.Requantization is { } requantization
            ? $"low: {Literals.Float(requantization.RelativeLow)}, high: {Literals.Float(requantization.RelativeHigh)}, zeroPoint: {requantization.ZeroPoint}"
            : $"low: {Literals.Float(kernel.Activation.Low)}, high: {Literals.Float(kernel.Activation.High)}";
        string result = kernel.IsInteger ? $"MemoryMarshal.AsBytes({scope.Result()})" : scope.Result();
        writer.Line($"{scope.Use(ChannelsLastHelpers.Convolve(kernel.IsDepthwise, kernel.IsInteger))}(");
        using (writer.Indent())
        {
            writer.Line($"ref MemoryMarshal.GetReference({source}), ref MemoryMarshal.GetReference({scope.Table(kernel.Offsets)}), {runs},");
            writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Weights)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Bias)}), {multipliers}channels: {kernel.OutputChannels},");
            writer.Line($"ref MemoryMarshal.GetReference({result}), pixels: {geometry.OutputSize}, width: {geometry.OutputWidth}, rowPitch: {geometry.StrideY * kernel.PackedPitch}, pixelPitch: {geometry.StrideX / kernel.PairStep * geometry.Channels},");
            writer.Line($"{finish});");
        }
    }

    private static void EmitPacking(ChannelsLastKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        int channels = geometry.Channels, length = kernel.PaddedHeight * kernel.PackedPitch;
        string edges = FormattableString.Invariant($"rows: {geometry.Height}, length: {geometry.Width * channels}, paddedRows: {kernel.PaddedHeight}, pitch: {kernel.Pitch}, top: {kernel.Top}, left: {kernel.Left * channels}");
        bool isPaired = kernel is { IsInteger: true, IsDepthwise: true };
        ElementType element = !kernel.IsInteger ? ElementType.Float32 : isPaired ? ElementType.Int32 : ElementType.Int16;

        // The last pair of a run may reach one number too far.
        int spare = kernel.IsInteger && !isPaired ? 1 : 0;
        writer.Line($"Span<{element.Keyword()}> padded = {scope.Scratch(element, 0, length + spare)};");
        if (!isPaired)
        {
            string padding = kernel.IsInteger ? FormattableString.Invariant($"{kernel.InputZeroPoint}") : "0f";
            writer.Line($"{scope.Use(ChannelsLastHelpers.PadRows(kernel.Input))}({scope.Operand(0)}, padded, {edges}, padding: {padding});");
            return;
        }

        int shift = geometry.DilationX * channels;
        string line = scope.Scratch(kernel.Input, ConvolutionLowering.Align(length * sizeof(int)), kernel.PairStep * kernel.PackedPitch + shift);
        bool isEven = kernel.PairStep == 2;
        string pairs = isEven ? FormattableString.Invariant($"channels: {channels}, pairs: {kernel.PackedPitch / channels}") : FormattableString.Invariant($"shift: {shift}");
        writer.Line($"{scope.Use(ChannelsLastHelpers.PairRows(kernel.Input, isEven))}({scope.Operand(0)}, {line}, padded, {edges}, {pairs}, zeroPoint: {kernel.InputZeroPoint});");
    }
}
