using System;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Dense float32 convolution with channels last, modern profile.</summary>
internal static class ChannelsLastEmitter
{
    public static void Emit(ChannelsLastKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        int channels = geometry.Channels, pitch = kernel.PaddedWidth * channels;
        string source = scope.Operand(0);
        if (kernel.IsPadded)
        {
            writer.Line($"Span<float> padded = {scope.Scratch(ElementType.Float32, 0, kernel.PaddedHeight * pitch)};");
            writer.Line($"{scope.Use(ChannelsLastHelpers.PadRows)}({source}, padded, rows: {geometry.Height}, length: {geometry.Width * channels}, paddedRows: {kernel.PaddedHeight}, pitch: {pitch}, top: {geometry.PadTop}, left: {geometry.PadLeft * channels});");
            source = "padded";
        }

        string runs = kernel.IsDepthwise ? FormattableString.Invariant($"taps: {kernel.Offsets.Length}")
            : FormattableString.Invariant($"runs: {kernel.Offsets.Length}, length: {kernel.RunLength}");
        writer.Line($"{scope.Use(kernel.IsDepthwise ? ChannelsLastHelpers.Depthwise : ChannelsLastHelpers.Dense)}(");
        using (writer.Indent())
        {
            writer.Line($"ref MemoryMarshal.GetReference({source}), ref MemoryMarshal.GetReference({scope.Table(kernel.Offsets)}), {runs},");
            writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Weights)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Bias)}), channels: {kernel.OutputChannels},");
            writer.Line($"ref MemoryMarshal.GetReference({scope.Result()}), pixels: {geometry.OutputSize}, width: {geometry.OutputWidth}, rowPitch: {geometry.StrideY * pitch}, pixelPitch: {geometry.StrideX * channels},");
            writer.Line($"low: {Literals.Float(kernel.Activation.Low)}, high: {Literals.Float(kernel.Activation.High)});");
        }
    }
}
