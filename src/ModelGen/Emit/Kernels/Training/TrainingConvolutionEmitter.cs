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
        if (scope.IsModern)
        {
            Lists(kernel.OutputChannels, kernel.OutputChannels * taps, weights, ref offset, scope);
            using (writer.Block("if (isSparse)"))
                writer.Line($"{scope.Use(TrainingConvolutionHelpers.ListWeights)}({weights}, {scope.Table(kernel.Offsets)}, first, listed, left);");
            writer.Line();
        }

        using (writer.Block($"for (int sample = 0; sample < {kernel.Batch}; sample++)"))
        {
            writer.Line($"ReadOnlySpan<float> x = {scope.InputName(0)}.Slice(sample * {inputSize}, {inputSize});");
            writer.Line($"Span<float> y = {scope.Result()}.Slice(sample * {outputSize}, {outputSize});");
            if (!g.IsDirect) Pack("x", "planes", g, scope);
            using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
            {
                string target = $"y.Slice(group * {perGroup * g.OutputSize}, {perGroup * g.OutputSize})";
                Rows(scope,
                    source: $"{source}.Slice(group * {g.Channels / kernel.Groups * g.ChannelStride})",
                    dense: $"{scope.Table(kernel.Offsets)}, {weights}.Slice(group * {perGroup * taps}, {perGroup * taps})",
                    sparse: $"first.Slice(group * {perGroup}), listed, left",
                    bias: $"bias.Slice(group * {perGroup}, {perGroup})",
                    output: $"{(g.IsContiguous ? target : "gapped")}, stride: {(g.IsContiguous ? g.OutputSize : g.Length)}, rows: {perGroup}, length: {g.Length}, {Literals.Float(kernel.Activation.Low)}, {Literals.Float(kernel.Activation.High)}");

                if (!g.IsContiguous)
                    writer.Line($"{scope.Use(PackingHelpers.CloseGaps(scope.IsModern))}<float>(gapped, {target}, planes: {perGroup}, rows: {g.OutputHeight}, columns: {g.OutputWidth}, pitch: {g.Columns}, size: {g.Length});");
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

        string weights = scope.InputName(1)!;
        if (scope.IsModern) Lists(kernel.Rows, kernel.OutputChannels * channels * size, weights, ref offset, scope);

        // Where dilation skips a phase, no tap reads it and nothing below writes it.
        if (kernel.Phases.Count < g.PhasesY * g.PhasesX) writer.Line("planes.Clear();");
        using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
        {
            string group = $"{weights}.Slice(group * {outputs * channels * size}, {outputs * channels * size})";
            int begin = 0, row = 0;
            foreach (PhaseTaps phase in kernel.Phases)
            {
                int length = outputs * channels * phase.Taps.Length;
                string part = $"Slice(group * {outputs * channels * size} + {begin}, {length})";
                writer.Line($"{scope.Use(TrainingConvolutionHelpers.GatherTaps)}({group}, gathered.{part}, outputs: {outputs}, channels: {channels}, kernel: {size}, {scope.Table(phase.Taps)});");
                if (scope.IsModern)
                    writer.Line($"if (isSparse) {scope.Use(TrainingConvolutionHelpers.ListWeights)}(gathered.{part}, {scope.Table(phase.Offsets)}, {First(kernel, channels, row)}, listed.{part}, left.{part});");
                begin += length;
                row += channels + 1;
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
                int begin = 0, row = 0;
                foreach (PhaseTaps phase in kernel.Phases)
                {
                    int length = outputs * channels * phase.Taps.Length;
                    string part = $"Slice(group * {outputs * channels * size} + {begin}, {length})";
                    Rows(scope,
                        source: $"{source}.Slice(group * {outputs * kernel.SpreadSize})",
                        dense: $"{scope.Table(phase.Offsets)}, gathered.{part}",
                        sparse: $"{First(kernel, channels, row)}, listed.{part}, left.{part}",
                        bias: scope.Table(kernel.Zeros),
                        output: $"{target}.Slice(group * {channels * g.ChannelStride} + {phase.Phase * g.PlaneSize}), stride: {g.ChannelStride}, rows: {channels}, length: {g.Rows * g.Columns}, float.NegativeInfinity, float.PositiveInfinity");
                    begin += length;
                    row += channels + 1;
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

        if (kernel.IsMasked)
        {
            Buffer("listed", true, taps, ref offset, scope, ElementType.Int32);
            Buffer("columns", true, taps, ref offset, scope, ElementType.Int32);
            Buffer("sums", true, taps, ref offset, scope);
            writer.Line($"bool isSparse = {scope.Use(TrainingConvolutionHelpers.IsSparse)}({scope.InputName(2)});");
        }

        using (writer.Block($"for (int group = 0; group < {kernel.Groups}; group++)"))
        {
            void Call(Helper helper, string wanted)
            {
                writer.Line($"{scope.Use(helper)}(");
                using (writer.Indent())
                {
                    writer.Line($"{gradient}.Slice(group * {outputs * g.Length}), leftRow: {g.Length}, leftSegment: {kernel.OutputChannels * g.Length},");
                    writer.Line($"{source}.Slice(group * {channels * g.ChannelStride}), {scope.Table(kernel.Offsets)}, rightSegment: {g.PackedLength},{wanted}");
                    writer.Line($"{scope.Result()}.Slice(group * {outputs * taps}), stride: {taps}, rows: {outputs}, columns: {taps}, segments: {kernel.Batch}, length: {g.Length});");
                }
            }

            if (!kernel.IsMasked)
            {
                Call(DotTiles.For(scope.IsModern), "");
                return;
            }

            using (writer.Block("if (isSparse)"))
                Call(DotTiles.SomeColumns, $" {scope.InputName(2)}.Slice(group * {outputs * taps}, {outputs * taps}), listed, columns, sums,");
            using (writer.Block("else")) Call(DotTiles.For(scope.IsModern), "");
        }
    }

    // Modern: memory for lists of the weights that are not zero, and whether they pay.
    private static void Lists(int rows, int count, string weights, ref int offset, LayerScope scope)
    {
        scope.Writer.Line($"bool isSparse = {scope.Use(TrainingConvolutionHelpers.IsSparse)}({weights});");
        Buffer("left", true, count, ref offset, scope);
        Buffer("listed", true, count, ref offset, scope, ElementType.Int32);
        Buffer("first", true, rows + 1, ref offset, scope, ElementType.Int32);
    }

    // The rows of a phase have lists of their own, as have those of a group.
    private static string First(ConvolutionInputGradientKernel kernel, int channels, int row) =>
        $"first.Slice(group * {kernel.Phases.Count * (channels + 1)} + {row}, {channels + 1})";

    private static void Rows(LayerScope scope, string source, string dense, string sparse, string bias, string output)
    {
        CodeWriter writer = scope.Writer;
        void Call(Helper helper, string weights)
        {
            writer.Line($"{scope.Use(helper)}(");
            using (writer.Indent())
            {
                writer.Line($"{source}, {weights}, {bias},");
                writer.Line($"{output});");
            }
        }

        if (!scope.IsModern)
        {
            Call(TrainingConvolutionHelpers.ConvolveRows(scope.IsModern), dense);
            return;
        }

        using (writer.Block("if (isSparse)")) Call(TrainingConvolutionHelpers.ConvolveLists, sparse);
        using (writer.Block("else")) Call(TrainingConvolutionHelpers.ConvolveRows(scope.IsModern), dense);
    }

    private static string? Buffer(
        string name, bool needed, int length, ref int offset, LayerScope scope, ElementType element = ElementType.Float32)
    {
        if (!needed) return null;
        scope.Writer.Line($"Span<{element.Keyword()}> {name} = {scope.Scratch(element, offset, length)};");
        offset += ConvolutionLowering.Align(length * sizeof(float));
        return name;
    }

    private static void Pack(string input, string planes, ConvolutionGeometry g, LayerScope scope)
    {
        scope.Writer.Line($"{scope.Use(PackingHelpers.PackPlanes(scope.IsModern))}<float>(");
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
