using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Lays out the weights of a convolution with channels last.</summary>
internal static class ChannelsLastLowering
{
    private const string Reason = "vectors of channels are full, however few pixels there are";

    public static Kernel Lower(Node node, PlanContext context)
    {
        var convolution = (Convolution)node.Operator;
        Value x = node.Input(0), w = node.Input(1);
        var geometry = new ConvolutionGeometry(convolution.Window, First(x.Shape), First(node.Output.Shape));
        bool isDepthwise = convolution.Groups > 1;
        if (w.Shape[0] < ChannelsLastKernel.SmallPanelLanes || (isDepthwise && (w.Shape[1] != 1 || w.Shape[0] != convolution.Groups)))
            throw context.Unsupported(node, "so few channels, or groups of several, with channels last");
        string kind = ConvolutionLowering.Kind(convolution, geometry);
        int height = Padded(geometry.Height, geometry.PadTop, geometry.OutputHeight, geometry.StrideY, geometry.KernelHeight, geometry.DilationY);
        int width = Padded(geometry.Width, geometry.PadLeft, geometry.OutputWidth, geometry.StrideX, geometry.KernelWidth, geometry.DilationX);
        if (convolution.Result is null)
            return (Kernel?)WinogradLowering.TryLower(node, geometry, context) ?? Float(node, geometry, isDepthwise, kind, (height, width), context);
        IntegerWeights weights = IntegerWeights.Prepare(x, w, node.OptionalInput(2));
        Kernel? sparse = isDepthwise ? null : ShuffledConvolutionLowering.TryLower(node, weights, geometry, kind, (height, width), context);
        return sparse ?? Integer(node, weights, geometry, isDepthwise, kind, (height, width), context);
    }

    private static ChannelsLastKernel Float(
        Node node, ConvolutionGeometry geometry, bool isDepthwise, string kind, (int Height, int Width) padded, PlanContext context)
    {
        Shape shape = node.Input(1).Shape;
        float[] weights = node.Input(1).Constant!.ToFloats(), bias = node.OptionalInput(2)?.Constant!.ToFloats() ?? new float[shape[0]];
        (int[] offsets, int run) = Runs(geometry, padded.Width, isDepthwise);
        bool isPacked = padded != (geometry.Height, geometry.Width) || geometry.PadTop > 0 || geometry.PadLeft > 0;
        var tables = new LayerTables(context, isPacked ? checked(sizeof(float) * padded.Height * padded.Width * geometry.Channels) : 0);
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(sizeof(float) * (long)weights.Length, null,
            sizeof(float) * bias.Length, NarrowTable.Width(bias) * bias.Length, 0, 0), false);
        float[] panels = Panels(shape, (output, input, tap) => weights[(output * shape[1] + input) * shape[2] * shape[3] + tap]);
        ConstantTable weightTable = context.Constants.Add(panels), offsetTable = context.Constants.Add(offsets);
        ConstantTable biasTable = tables.Floats(bias, storage.Narrows);
        return new ChannelsLastKernel
        {
            Description = $"dense over channels, {kind}, float32",
            Reason = Reason,
            Geometry = geometry,
            OutputChannels = shape[0],
            IsDepthwise = isDepthwise,
            Weights = weightTable,
            Bias = biasTable,
            Offsets = offsetTable,
            RunLength = run,
            Input = ElementType.Float32,
            Activation = node.Operator.Activation,
            PaddedHeight = padded.Height,
            PaddedWidth = padded.Width,
            IsPacked = isPacked,
            Samples = node.Input(0).Shape[0],
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = Cost(node, geometry, weights.Count(value => value != 0), panels.Length, NeuronBits.Floats(shape[0]),
                tables.StoredBytes(weightTable, offsetTable, biasTable)),
        };
    }

    private static ChannelsLastKernel Integer(
        Node node, IntegerWeights weights, ConvolutionGeometry geometry, bool isDepthwise, string kind, (int Height, int Width) padded, PlanContext context)
    {
        Value x = node.Input(0), w = node.Input(1);
        Requantization requantization = Requantization.For(node.Operator, Requantization.ProductMultipliers(
            x.Type.Quantization!, w.Type.Quantization!, node.Operator.Result!.Quantization, w.Shape[0]));
        if (weights.Bits != 8) throw context.Unsupported(node, "weights of more than 8 bits with channels last");
        int step = isDepthwise && geometry.StrideX % 2 == 0 && geometry.DilationX == 1 ? 2 : 1, pairs = ChannelsLastKernel.RowOfPairs(padded.Width, step);
        int length = checked(padded.Height * pairs * geometry.Channels);

        // Depthwise, a line of padded bytes is there while it is paired; else the last pair may reach one number too far.
        var tables = new LayerTables(context, isDepthwise
            ? checked(ConvolutionLowering.Align(sizeof(int) * length) + (step * pairs + geometry.DilationX) * geometry.Channels) : checked(sizeof(short) * (length + 1)));
        (int[] offsets, int run) = isDepthwise ? (PairOffsets(geometry, pairs, step), 1) : Runs(geometry, padded.Width, false);
        sbyte[] panels = isDepthwise ? TapPairs(weights.Values, w.Shape[0], geometry) : RunPairs(weights.Values, w.Shape, run);
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(panels.Length, null,
            (sizeof(int) + sizeof(float)) * w.Shape[0],
            (NarrowTable.Width(weights.Bias) + NarrowTable.Width(requantization.Multipliers)) * w.Shape[0], 0, 0), false);
        ConstantTable weightTable = context.Constants.Add(panels), offsetTable = context.Constants.Add(offsets);
        ConstantTable biasTable = tables.Integers(weights.Bias, storage.Narrows);
        ConstantTable multipliers = tables.Floats(requantization.Multipliers, storage.Narrows);
        return new ChannelsLastKernel
        {
            Description = $"dense over channels, {kind}, {x.Element.ToString().ToLowerInvariant()}",
            Reason = Reason,
            Geometry = geometry,
            OutputChannels = w.Shape[0],
            IsDepthwise = isDepthwise,
            Weights = weightTable,
            Bias = biasTable,
            Offsets = offsetTable,
            RunLength = (run + 1) / 2,
            Input = x.Element,
            Activation = Activation.None,
            Requantization = requantization,
            Multipliers = multipliers,
            InputZeroPoint = x.Type.Quantization!.ZeroPoint,
            PaddedHeight = padded.Height,
            PaddedWidth = padded.Width,
            PairStep = step,
            IsPacked = true,
            Samples = x.Shape[0],
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = Cost(node, geometry, weights.Values.Count(value => value != 0), panels.Length, NeuronBits.Of(weights.Values, w.Shape[0]),
                tables.StoredBytes(weightTable, offsetTable, biasTable, multipliers)),
        };
    }

    private static LayerCost Cost(Node node, ConvolutionGeometry geometry, int nonZero, int multiplied, NeuronBits bits, long bytes)
    {
        int weights = node.Input(1).Shape.Count;
        long work = (long)weights * geometry.OutputSize, products = (long)multiplied * geometry.OutputSize;
        return new LayerCost(weights, nonZero, bits, work, work, bytes) { Products = products }.Times(node.Input(0).Shape[0]);
    }

    /// <summary>The shape with channels first.</summary>
    /// <param name="last">Shape [N, H, W, C].</param>
    public static Shape First(Shape last) => new(last[0], last[3], last[1], last[2]);

    // As far as windows reach. Without padding the input is read where it is.
    private static int Padded(int size, int pad, int outputs, int stride, int kernel, int dilation) =>
        Math.Max(pad > 0 ? 0 : size, checked((outputs - 1) * stride + (kernel - 1) * dilation + 1));

    // A row of the window is one run, unless its columns are dilated.
    private static (int[] Offsets, int Length) Runs(ConvolutionGeometry geometry, int width, bool isDepthwise)
    {
        int channels = geometry.Channels;
        int Offset(int y, int x) => (y * geometry.DilationY * width + x * geometry.DilationX) * channels;
        if (!isDepthwise && (geometry.DilationX == 1 || geometry.KernelWidth == 1))
            return ([.. Enumerable.Range(0, geometry.KernelHeight).Select(y => Offset(y, 0))], geometry.KernelWidth * channels);
        return ([.. Enumerable.Range(0, geometry.KernelHeight)
            .SelectMany(y => Enumerable.Range(0, geometry.KernelWidth).Select(x => Offset(y, x)))], isDepthwise ? 1 : channels);
    }

    // Where pairs of columns of the window are read; a row has so many pairs.
    private static int[] PairOffsets(ConvolutionGeometry geometry, int pairs, int step) => [.. Enumerable.Range(0, geometry.KernelHeight).SelectMany(y =>
        Enumerable.Range(0, (geometry.KernelWidth + 1) / 2).Select(x =>
            (y * geometry.DilationY * pairs + 2 / step * x * geometry.DilationX) * geometry.Channels))];

    /// <summary>Lays weights [output][input][tap] out as [panel][tap][input][lane].</summary>
    /// <param name="shape">Outputs, inputs, and taps along two axes.</param>
    /// <param name="weight">Weight of an output, an input and a tap.</param>
    public static T[] Panels<T>(Shape shape, Func<int, int, int, T> weight)
    {
        var panels = new List<T>();
        foreach ((int start, int lanes) in ChannelsLastKernel.Panels(shape[0]))
            for (int tap = 0; tap < shape[2] * shape[3]; tap++)
                for (int input = 0; input < shape[1]; input++)
                    for (int output = start; output < start + lanes; output++) panels.Add(weight(output, input, tap));
        return [.. panels];
    }

    // Two neighbours of a run an entry; a last odd one is beside a zero weight.
    private static sbyte[] RunPairs(int[] values, Shape shape, int run)
    {
        (int inputs, int taps) = (shape[1], shape[2] * shape[3]);
        int pairs = (run + 1) / 2, runs = inputs * taps / Math.Max(1, run);
        return Flat(Panels(new Shape(shape[0], pairs, runs, 1), (output, pair, at) => (Weight(output, at, 2 * pair), Weight(output, at, 2 * pair + 1))));

        // A run is of whole taps, each with all inputs.
        sbyte Weight(int output, int at, int k)
        {
            int element = at * run + k;
            return k < run ? (sbyte)values[(output * inputs + element % inputs) * taps + element / inputs] : (sbyte)0;
        }
    }

    // Two neighbouring columns of the window an entry; a last odd one is beside a zero weight.
    private static sbyte[] TapPairs(int[] values, int channels, ConvolutionGeometry geometry)
    {
        (int height, int width) = (geometry.KernelHeight, geometry.KernelWidth);
        int columns = (width + 1) / 2;
        var pairs = new Shape(channels, 1, height, columns);
        return Flat(Panels(pairs, (channel, _, tap) => (Weight(channel, tap / columns, tap % columns * 2), Weight(channel, tap / columns, tap % columns * 2 + 1))));
        sbyte Weight(int channel, int y, int x) => x < width ? (sbyte)values[(channel * height + y) * width + x] : (sbyte)0;
    }

    private static sbyte[] Flat((sbyte First, sbyte Second)[] pairs) => [.. pairs.SelectMany(pair => new[] { pair.First, pair.Second })];
}
