using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Lays out the weights of a convolution with channels last.</summary>
internal static class ChannelsLastLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        var convolution = (Convolution)node.Operator;
        Value x = node.Input(0), w = node.Input(1);
        float[] weights = w.Constant!.ToFloats();
        float[] bias = node.OptionalInput(2)?.Constant!.ToFloats() ?? new float[w.Shape[0]];
        var geometry = new ConvolutionGeometry(convolution.Window, First(x.Shape), First(node.Output.Shape));
        bool isDepthwise = convolution.Groups > 1;
        int height = Padded(geometry.Height, geometry.PadTop, geometry.OutputHeight, geometry.StrideY, geometry.KernelHeight, geometry.DilationY);
        int width = Padded(geometry.Width, geometry.PadLeft, geometry.OutputWidth, geometry.StrideX, geometry.KernelWidth, geometry.DilationX);
        (int[] offsets, int run) = Runs(geometry, width, isDepthwise);
        bool isPadded = height != geometry.Height || width != geometry.Width;
        var tables = new LayerTables(context, isPadded ? sizeof(float) * height * width * geometry.Channels : 0);
        int nonZero = weights.Count(value => value != 0);
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(sizeof(float) * (long)weights.Length, null,
            sizeof(float) * bias.Length, NarrowTable.Width(bias) * bias.Length, 0, 0), false);
        ConstantTable weightTable = context.Constants.Add(Panels(weights, w.Shape)), offsetTable = context.Constants.Add(offsets);
        ConstantTable biasTable = tables.Floats(bias, storage.Narrows);
        string kind = isDepthwise ? "depthwise" : geometry.KernelHeight * geometry.KernelWidth == 1
            ? "pointwise" : FormattableString.Invariant($"{geometry.KernelHeight}x{geometry.KernelWidth}");
        return new ChannelsLastKernel
        {
            Description = $"dense over channels, {kind}, float32",
            Reason = "vectors of channels are full, however few pixels there are",
            Geometry = geometry,
            OutputChannels = w.Shape[0],
            IsDepthwise = isDepthwise,
            Weights = weightTable,
            Bias = biasTable,
            Offsets = offsetTable,
            RunLength = run,
            Activation = convolution.Activation,
            PaddedHeight = height,
            PaddedWidth = width,
            Samples = x.Shape[0],
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = new LayerCost(weights.Length, nonZero, NeuronBits.Floats(w.Shape[0]), (long)weights.Length * geometry.OutputSize,
                (long)weights.Length * geometry.OutputSize, tables.StoredBytes(weightTable, offsetTable, biasTable)).Times(x.Shape[0]),
        };
    }

    private static Shape First(Shape last) => new(last[0], last[3], last[1], last[2]);

    // As far as windows reach; what no window reads at the end is not copied, but read in place where nothing is padded.
    private static int Padded(int size, int pad, int outputs, int stride, int kernel, int dilation) =>
        Math.Max(pad > 0 ? 0 : size, (outputs - 1) * stride + (kernel - 1) * dilation + 1);

    private static (int[] Offsets, int Length) Runs(ConvolutionGeometry geometry, int width, bool isDepthwise)
    {
        int channels = geometry.Channels;
        int Offset(int y, int x) => (y * geometry.DilationY * width + x * geometry.DilationX) * channels;
        if (!isDepthwise && (geometry.DilationX == 1 || geometry.KernelWidth == 1))
            return ([.. Enumerable.Range(0, geometry.KernelHeight).Select(y => Offset(y, 0))], geometry.KernelWidth * channels);
        return ([.. Enumerable.Range(0, geometry.KernelHeight)
            .SelectMany(y => Enumerable.Range(0, geometry.KernelWidth).Select(x => Offset(y, x)))], isDepthwise ? 1 : channels);
    }

    // From [output][input][y][x] to [panel][y][x][input][lane].
    private static float[] Panels(float[] weights, Shape shape)
    {
        (int outputs, int inputs, int taps) = (shape[0], shape[1], shape[2] * shape[3]);
        var panels = new float[weights.Length];
        int next = 0;
        for (int panel = 0; panel < outputs; panel += ChannelsLastKernel.PanelLanes)
        {
            int end = Math.Min(outputs, panel + ChannelsLastKernel.PanelLanes);
            for (int tap = 0; tap < taps; tap++)
                for (int input = 0; input < inputs; input++)
                    for (int output = panel; output < end; output++) panels[next++] = weights[(output * inputs + input) * taps + tap];
        }

        return panels;
    }
}
