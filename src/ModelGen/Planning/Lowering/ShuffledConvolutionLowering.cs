using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Lays out the weights of a sparse convolution of integers with channels last.</summary>
internal static class ShuffledConvolutionLowering
{
    /// <summary>Lowers a convolution, if its weights are sparse and its channels fill a chunk and a group.</summary>
    /// <param name="node">The convolution, not grouped, with channels last and an integer result.</param>
    /// <param name="weights">Its weights and biases.</param>
    /// <param name="geometry">Its window and maps.</param>
    /// <param name="kind">What it is, for the description.</param>
    /// <param name="padded">Rows and columns of the padded input.</param>
    /// <param name="context">Where tables are stored.</param>
    public static Kernel? TryLower(
        Node node, IntegerWeights weights, ConvolutionGeometry geometry, string kind, (int Height, int Width) padded, PlanContext context)
    {
        Value x = node.Input(0), w = node.Input(1);
        (int outputs, int taps, int nonZero) = (w.Shape[0], w.Shape[2] * w.Shape[3], weights.Values.Count(value => value != 0));
        if (weights.Bits != 8 || !PickedRounds.Fits(outputs, geometry.Channels) || 2L * nonZero > weights.Values.Length) return null;
        PickedRounds rounds = PickedRounds.Of(weights.Values, outputs, geometry.Channels, taps);
        if (!rounds.IsFaster(weights.Values.Length, taps)) return null;
        Requantization requantization = Requantization.For(node.Operator, Requantization.ProductMultipliers(
            x.Type.Quantization!, w.Type.Quantization!, node.Operator.Result!.Quantization, outputs));
        int[] bias = weights.BiasForUnsigned(x.Element);
        int chunks = PickedRounds.ChunksOf(geometry.Channels);
        int pixels = geometry.IsFlat ? Math.Min(geometry.OutputSize, ShuffledConvolutionKernel.BandPixels) : checked(padded.Height * padded.Width);
        var tables = new LayerTables(context, checked(pixels * chunks * PickedRounds.ChunkBytes));
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(rounds.Rounds.Count, null, (sizeof(int) + sizeof(float)) * outputs,
            (NarrowTable.Width(bias) + NarrowTable.Width(requantization.Multipliers)) * outputs, 0, 0), false);
        ConstantTable roundTable = context.Constants.Add(ElementType.UInt8, [.. rounds.Rounds]);
        ConstantTable chunkTable = context.Constants.Add([.. rounds.Chunks.Select(Offset)]);
        ConstantTable first = context.Constants.Add([.. rounds.First]);
        ConstantTable biasTable = tables.Integers(bias, storage.Narrows);
        ConstantTable multipliers = tables.Floats(requantization.Multipliers, storage.Narrows);
        long work = (long)nonZero * geometry.OutputSize;
        return new ShuffledConvolutionKernel
        {
            Description = $"sparse over channels, {kind}, {x.Element.ToString().ToLowerInvariant()}",
            Reason = context.SparseReason(true, (double)nonZero / weights.Values.Length),
            Geometry = geometry,
            OutputChannels = outputs,
            Rounds = roundTable,
            Chunks = chunkTable,
            First = first,
            Bias = biasTable,
            Multipliers = multipliers,
            Requantization = requantization,
            Input = x.Element,
            InputZeroPoint = x.Type.Quantization!.ZeroPoint,
            ChunksPerPixel = chunks,
            PaddedHeight = padded.Height,
            PaddedWidth = padded.Width,
            Samples = x.Shape[0],
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = new LayerCost(weights.Values.Length, nonZero, NeuronBits.Of(weights.Values, outputs), work, (long)weights.Values.Length * geometry.OutputSize,
                tables.StoredBytes(roundTable, chunkTable, first, biasTable, multipliers))
            {
                Products = rounds.Products * geometry.OutputSize,
            }.Times(x.Shape[0]),
        };

        int Offset(int index)
        {
            (int tap, int chunk) = (index / chunks, index % chunks);
            (int row, int column) = (tap / geometry.KernelWidth, tap % geometry.KernelWidth);
            return ((row * geometry.DilationY * padded.Width + column * geometry.DilationX) * chunks + chunk) * PickedRounds.ChunkBytes;
        }
    }
}
