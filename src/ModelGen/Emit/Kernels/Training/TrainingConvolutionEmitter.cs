using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels.Training;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>Convolutions of training, both profiles: a loop over the samples, the groups and the phases.</summary>
internal static class TrainingConvolutionEmitter
{
    public static void Emit(TrainableConvolutionKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        ConvolutionGeometry g = kernel.Geometry;
        int perGroup = kernel.OutputChannels / kernel.Groups, taps = kernel.Offsets.Length, offset = 0;
        int inputSize = g.Channels * g.Height * g.Width, outputSize = kernel.OutputChannels * g.OutputSize;
        string weights = scope.InputName(1)!, bias = kernel.Bias is null ? scope.InputName(2)! : scope.Table(kernel.Bias);
        string source = Buffer("planes", !g.IsDirect, g.PackedLength, ref offset, scope) ?? "x";
        Buffer("gapped", !g.IsContiguous, perGroup * g.Length, ref offset, scope);
        writer.Line($"ReadOnlySpan<float> bias = {bias};");
        using (writer.Block($"for (int sample = 0; sample < {kernel.Batch}; sample++)"))
        {
            writer.Line($"ReadOnlySpan<float> x = {scope.InputName(0)}.Slice(sample * {inputSize}, {inputSize});");
            writer.Line($"Span<float> y = {scope.Result()}.Slice(sample * {outputSize}, {outputSize});");
            if (!g.IsDirect) Pack("x", "planes", g, scope);
            using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
            {
                string low = Literals.Float(kernel.Activation.Low), high = Literals.Float(kernel.Activation.High);
                string target = $"y.Slice(group * {perGroup * g.OutputSize}, {perGroup * g.OutputSize})";
                writer.Line($"{scope.Use(TrainingConvolutionHelpers.ConvolveRows(scope.IsModern))}(");
                using (writer.Indent())
                {
                    writer.Line($"{source}.Slice(group * {g.Channels / kernel.Groups * g.ChannelStride}), {scope.Table(kernel.Offsets)}, {weights}.Slice(group * {perGroup * taps}, {perGroup * taps}), bias.Slice(group * {perGroup}, {perGroup}),");
                    writer.Line($"{(g.IsContiguous ? target : "gapped")}, stride: {(g.IsContiguous ? g.OutputSize : g.Length)}, rows: {perGroup}, length: {g.Length}, {low}, {high});");
                }

                if (!g.IsContiguous)
                    writer.Line($"{scope.Use(PackingHelpers.CloseGaps)}<float>(gapped, {target}, planes: {perGroup}, rows: {g.OutputHeight}, columns: {g.OutputWidth}, pitch: {g.Columns}, size: {g.Length});");
            }
        }
    }

    public static void Emit(ConvolutionInputGradientKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        ConvolutionGeometry g = kernel.Geometry;
        int outputs = kernel.OutputChannels / kernel.Groups, channels = g.Channels / kernel.Groups, size = g.KernelHeight * g.KernelWidth;
        int inputSize = g.Channels * g.Height * g.Width, outputSize = kernel.OutputChannels * g.OutputSize, offset = 0;
        Buffer("gathered", true, kernel.OutputChannels * channels * size, ref offset, scope);
        Buffer("spread", !kernel.IsSpreadDirect, kernel.OutputChannels * kernel.SpreadSize, ref offset, scope);
        Buffer("planes", !g.IsDirect, g.PackedLength, ref offset, scope);

        // Where dilation skips a phase, no tap reads it and nothing below writes it.
        if (kernel.Phases.Count < g.PhasesY * g.PhasesX) writer.Line("planes.Clear();");
        using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
        {
            string group = $"{scope.InputName(1)}.Slice(group * {outputs * channels * size}, {outputs * channels * size})";
            int begin = 0;
            foreach (PhaseTaps phase in kernel.Phases)
            {
                int length = outputs * channels * phase.Taps.Length;
                writer.Line($"{scope.Use(TrainingConvolutionHelpers.GatherTaps)}({group}, gathered.Slice(group * {outputs * channels * size} + {begin}, {length}), outputs: {outputs}, channels: {channels}, kernel: {size}, {scope.Table(phase.Taps)});");
                begin += length;
            }
        }

        writer.Line();
        using (writer.Block($"for (int sample = 0; sample < {kernel.Batch}; sample++)"))
        {
            writer.Line($"ReadOnlySpan<float> dy = {scope.InputName(0)}.Slice(sample * {outputSize}, {outputSize});");
            writer.Line($"Span<float> dx = {scope.Result()}.Slice(sample * {inputSize}, {inputSize});");
            if (!kernel.IsSpreadDirect)
                writer.Line($"{scope.Use(TrainingConvolutionHelpers.SpreadRows)}(dy, spread, channels: {kernel.OutputChannels}, rows: {g.OutputHeight}, columns: {g.OutputWidth}, pitch: {g.Columns}, margin: {kernel.Margin}, size: {kernel.SpreadSize});");
            string source = kernel.IsSpreadDirect ? "dy" : "spread", target = g.IsDirect ? "dx" : "planes";
            using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
            {
                int begin = 0;
                foreach (PhaseTaps phase in kernel.Phases)
                {
                    int length = outputs * channels * phase.Taps.Length;
                    writer.Line($"{scope.Use(TrainingConvolutionHelpers.ConvolveRows(scope.IsModern))}(");
                    using (writer.Indent())
                    {
                        writer.Line($"{source}.Slice(group * {outputs * kernel.SpreadSize}), {scope.Table(phase.Offsets)}, gathered.Slice(group * {outputs * channels * size} + {begin}, {length}), {scope.Table(kernel.Zeros)},");
                        writer.Line($"{target}.Slice(group * {channels * g.ChannelStride} + {phase.Phase * g.PlaneSize}), stride: {g.ChannelStride}, rows: {channels}, length: {g.Rows * g.Columns}, float.NegativeInfinity, float.PositiveInfinity);");
                    }

                    begin += length;
                }
            }

            if (!g.IsDirect) Unpack(g, scope);
        }
    }

    public static void Emit(ConvolutionWeightGradientKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        ConvolutionGeometry g = kernel.Geometry;
        int outputs = kernel.OutputChannels / kernel.Groups, channels = g.Channels / kernel.Groups, taps = kernel.Offsets.Length,
            offset = 0;
        int inputSize = g.Channels * g.Height * g.Width;
        string source = Buffer("planes", !g.IsDirect, kernel.Batch * g.PackedLength, ref offset, scope) ?? scope.InputName(0)!;
        string gradient = Buffer("spread", !g.IsContiguous, kernel.Batch * kernel.OutputChannels * g.Length, ref offset, scope)
            ?? scope.InputName(1)!;
        if (!g.IsDirect)
        {
            using (writer.Block($"for (int sample = 0; sample < {kernel.Batch}; sample++)"))
                Pack($"{scope.InputName(0)}.Slice(sample * {inputSize}, {inputSize})",
                    $"planes.Slice(sample * {g.PackedLength}, {g.PackedLength})", g, scope);
        }

        if (!g.IsContiguous)
        {
            // The last row has no gap behind it, so the pitched rows of the next channel follow at once.
            writer.Line($"{scope.Use(TrainingConvolutionHelpers.SpreadRows)}({scope.InputName(1)}, spread, channels: {kernel.Batch * kernel.OutputChannels}, rows: {g.OutputHeight}, columns: {g.OutputWidth}, pitch: {g.Columns}, margin: 0, size: {g.Length});");
        }

        using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
        {
            writer.Line($"{scope.Use(DotTiles.For(scope.IsModern))}(");
            using (writer.Indent())
            {
                writer.Line($"{gradient}.Slice(group * {outputs * g.Length}), leftRow: {g.Length}, leftSegment: {kernel.OutputChannels * g.Length},");
                writer.Line($"{source}.Slice(group * {channels * g.ChannelStride}), {scope.Table(kernel.Offsets)}, rightSegment: {g.PackedLength},");
                writer.Line($"{scope.Result()}.Slice(group * {outputs * taps}), stride: {taps}, rows: {outputs}, columns: {taps}, segments: {kernel.Batch}, length: {g.Length});");
            }
        }
    }

    private static string? Buffer(string name, bool needed, int length, ref int offset, LayerScope scope)
    {
        if (!needed) return null;
        scope.Writer.Line($"Span<float> {name} = {scope.Scratch(ElementType.Float32, offset, length)};");
        offset += ConvolutionLowering.Align(length * sizeof(float));
        return name;
    }

    private static void Pack(string input, string planes, ConvolutionGeometry g, LayerScope scope)
    {
        scope.Writer.Line($"{scope.Use(PackingHelpers.PackPlanes)}<float>(");
        using (scope.Writer.Indent()) scope.Writer.Line($"{input}, {planes}, {Geometry(g)}, padding: 0);");
    }

    private static void Unpack(ConvolutionGeometry g, LayerScope scope)
    {
        scope.Writer.Line($"{scope.Use(TrainingConvolutionHelpers.UnpackPlanes)}(");
        using (scope.Writer.Indent()) scope.Writer.Line($"planes, dx, {Geometry(g)});");
    }

    private static string Geometry(ConvolutionGeometry g) =>
        $"channels: {g.Channels}, height: {g.Height}, width: {g.Width}, strideY: {g.StrideY}, strideX: {g.StrideX}, "
        + $"padTop: {g.PadTop}, padLeft: {g.PadLeft}, phasesY: {g.PhasesY}, phasesX: {g.PhasesX}, rows: {g.Rows}, columns: {g.Columns}";
}
