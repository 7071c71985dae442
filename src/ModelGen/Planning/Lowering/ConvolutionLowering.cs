using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Chooses the kernel of a convolution and lays out its weights.</summary>
internal static class ConvolutionLowering
{
    /// <summary>Output channels that are computed before rows are moved to their place, when rows have gaps.</summary>
    public const int ChannelBlock = 16;

    // Pixels of a vector.
    private const int FewestBandPixels = 16;

    public static Kernel Lower(Node node, PlanContext context)
    {
        var convolution = (Convolution)node.Operator;
        Value x = node.Input(0), w = node.Input(1);
        if (w.Constant is null) throw context.Unsupported(node, "weights that are computed at run time");
        if (node.OptionalInput(2) is { Constant: null }) throw context.Unsupported(node, "a bias that is computed at run time");
        var geometry = new ConvolutionGeometry(convolution.Window, x.Shape, node.Output.Shape);
        ConvolutionKernel kernel = convolution.Result is null
            ? Float(node, convolution, geometry, context) : Integer(node, convolution, geometry, context);
        return kernel with { Samples = x.Shape[0], Cost = kernel.Cost.Times(x.Shape[0]) };
    }

    private static ConvolutionKernel Float(Node node, Convolution convolution, ConvolutionGeometry geometry, PlanContext context)
    {
        Value w = node.Input(1);
        if (w.Element != ElementType.Float32 || node.Input(0).Element != ElementType.Float32)
            throw context.Unsupported(node, $"input {node.Input(0).Type} with weights {w.Type}");
        float[] weights = w.Constant!.ToFloats();
        float[] bias = node.OptionalInput(2)?.Constant!.ToFloats() ?? new float[w.Shape[0]];
        bool isDepthwise = IsDepthwise(convolution, geometry, context);
        List<int> taps = isDepthwise ? ConvolutionTaps.ShiftedTaps(geometry) : ConvolutionTaps.All(geometry, w.Shape[1]);
        bool isInPlace = IsInPlace(geometry, 8, context);
        double density = Density(weights.Count(value => value != 0), weights.Length);
        bool sparse = !isDepthwise && context.PrefersSparse(density);
        MaskedPlane? masked = isDepthwise && convolution.Groups == w.Shape[0]
            ? MaskedPlane.Of(geometry, context.Options.Optimize == Optimization.Size ? 1 : 2) : null;
        ColumnPlanes? columns = sparse && convolution.Groups == 1 && context.Options is { Profile: Profile.Modern, Optimize: not Optimization.Size }
            ? ColumnPlanes.Of(geometry) : null;
        int scratch = columns is not null ? Align(columns.Length * sizeof(float)) + 2 * ColumnPlanes.TilePixels * sizeof(float)
            : masked is not null ? Align(masked.Length * sizeof(float)) + Align(masked.MaskLength * sizeof(float))
            : isDepthwise ? Align(new ShiftedPlanes(geometry, 1).Length * sizeof(float))
            : (geometry.IsDirect ? 0 : Align(geometry.PackedLength * sizeof(float)))
                + (isInPlace ? 0 : Align(PitchedLength(geometry, w.Shape[0]) * sizeof(float)));
        bool hasPattern = !sparse && masked is null;
        OffsetPattern pattern = Pattern(taps, geometry);
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(
            sizeof(float) * (long)weights.Length, null, sizeof(float) * bias.Length, NarrowTable.Width(bias) * bias.Length,
            hasPattern ? pattern.Bytes : 0, hasPattern ? pattern.RepeatedBytes : 0), false);
        var tables = new LayerTables(context, scratch);
        ConstantTable weightTable, offsetTable;
        ConstantTable? first = null;
        if (sparse)
        {
            (first, offsetTable, int[] entries) = columns is not null ? ColumnTables.Of(w.Shape, geometry, columns, weights, context)
                : SparseTables(w.Shape, taps, convolution, geometry.ChannelStride, i => weights[i] != 0, context);
            weightTable = context.Constants.Add(entries.Select(i => weights[i]).ToArray());
        }
        else
        {
            offsetTable = masked is not null ? context.Constants.Add(masked.Offsets) : tables.Offsets(pattern, storage.Computes);
            weightTable = context.Constants.Add(weights);
        }

        ConstantTable biasTable = tables.Floats(bias, storage.Narrows);
        return new ConvolutionKernel
        {
            Description = Describe(convolution, geometry, sparse, "float32"),
            Reason = context.SparseReason(sparse, density),
            Geometry = geometry,
            Groups = convolution.Groups,
            OutputChannels = w.Shape[0],
            Order = sparse ? TapOrder.Sparse : TapOrder.Dense,
            Input = ElementType.Float32,
            Output = ElementType.Float32,
            Weights = weightTable,
            Offsets = offsetTable,
            First = first,
            IsInPlace = isInPlace,
            IsDepthwise = isDepthwise,
            Masked = masked,
            Columns = columns,
            Bias = biasTable,
            Activation = convolution.Activation,
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = Cost(weights.Length, weights.Count(value => value != 0), NeuronBits.Floats(w.Shape[0]), sparse
                ? weightTable.Length : weights.Length, geometry, tables.StoredBytes(weightTable, offsetTable, first, biasTable)),
        };
    }

    private static ConvolutionKernel Integer(
        Node node, Convolution convolution, ConvolutionGeometry geometry, PlanContext context, ConvolutionGeometry? whole = null)
    {
        Value x = node.Input(0), w = node.Input(1);
        IntegerWeights weights = IntegerWeights.Prepare(x, w, node.OptionalInput(2));
        int channels = w.Shape[0];
        Requantization requantization = Requantization.For(
            convolution, Requantization.ProductMultipliers(x.Type.Quantization!, w.Type.Quantization!, convolution.Result!.Quantization,
                channels));
        bool modern = context.Options.Profile == Profile.Modern;
        Pairing pairing = !modern ? Pairing.None : w.Shape[1] == 1 ? Pairing.Pixels : Pairing.Channels;
        bool isDepthwise = IsDepthwise(convolution, geometry, context);
        (List<int> taps, int[] values, int pairedColumns) = pairing switch
        {
            _ when isDepthwise && new ShiftedPlanes(geometry, 2).IsShifted => ConvolutionTaps.ShiftedPairs(geometry, channels, weights.Values),
            _ when isDepthwise => ConvolutionTaps.PixelPairs(geometry, channels, weights.Values),
            Pairing.Channels => ConvolutionTaps.ChannelPairs(geometry, w.Shape, weights.Values),
            Pairing.Pixels => ConvolutionTaps.PixelPairs(geometry, channels, weights.Values),
            _ => (ConvolutionTaps.All(geometry, w.Shape[1]), weights.Values, 0),
        };
        int perEntry = pairing == Pairing.None ? 1 : 2;
        bool IsUsed(int entry) => values[entry * perEntry] != 0 || values[entry * perEntry + perEntry - 1] != 0;
        int used = Enumerable.Range(0, values.Length / perEntry).Count(IsUsed);
        double density = Density(used, values.Length / perEntry);
        ShortSums? sums = !isDepthwise && pairing != Pairing.None && weights.Bits == 8 ? ShortSums.Of(values, channels) : null;
        bool isSparse = !isDepthwise && context.PrefersSparse(density);
        AlignedBytePlanes? aligned = sums is not null && pairing == Pairing.Channels && convolution.Groups == 1 && context.Options.Optimize == Optimization.Speed
            ? AlignedBytePlanes.TryOf(geometry) : null;
        if (sums?.Pays(isSparse ? used : values.Length / perEntry, !isSparse, aligned is not null) == false) sums = null;
        bool sparse = isSparse || (sums is not null && context.Options.Optimize != Optimization.Size);
        int planes = PlaneChannels(convolution, geometry, w.Shape, pairing);
        int groupStride = planes / convolution.Groups * geometry.ChannelStride;
        int farthest = (convolution.Groups - 1) * groupStride + taps.DefaultIfEmpty().Max();
        OffsetPattern pattern = Pattern(taps, geometry);
        PackedMatrix? packed = PackedMatrix.TryPack(ConvolutionTaps.Unpaired(values, channels, taps.Count, pairedColumns, perEntry), channels);
        long plainBytes = (sparse ? (long)used * perEntry : values.Length) * (weights.Bits / 8);
        if (sparse) plainBytes += (long)used * (farthest <= ushort.MaxValue ? sizeof(ushort) : sizeof(int)) + (channels + 1) * sizeof(int);
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(
            plainBytes, packed is null ? null : packed.Bytes.Length + (sparse ? pattern.RepeatedBytes : 0),
            (sizeof(int) + sizeof(float)) * channels,
            (NarrowTable.Width(weights.Bias) + NarrowTable.Width(requantization.Multipliers)) * channels,
            sparse ? 0 : pattern.Bytes, sparse ? 0 : pattern.RepeatedBytes),
            StorageRules.IsCheap((long)geometry.OutputSize * x.Shape[0], isDense: !isSparse));

        // Rows are unpacked as a whole.
        if (!sparse || whole is not null || (storage.Packs && sums?.IsWhole == false)) sums = null;
        if (sums is null) (sparse, aligned) = (isSparse, null);
        bool isInPlace = aligned is not null || IsInPlace(geometry, sums is null ? 8 : 16, context);
        int scratch = isDepthwise ? Align(new ShiftedPlanes(geometry, 2).Length * sizeof(int)) + Align(geometry.ChannelStride)
            : (isInPlace ? 0 : Align(PitchedLength(geometry, channels))) + (sums is not null ? Align(checked(planes * (aligned?.PairStride ?? geometry.ChannelStride) * sizeof(ushort)))
            : Align(geometry.IsDirect ? 0 : geometry.PackedLength)
                + Align((pairing == Pairing.None ? geometry.Length : planes * geometry.ChannelStride) * sizeof(int)));
        if (whole is not null) scratch = BandBytes(geometry);
        else if (scratch > context.ScratchBudget && pairing == Pairing.Channels && convolution.Groups == 1 && sums is null
            && Band(geometry, context.ScratchBudget) is { } band)
        {
            return Integer(node, convolution, band, context, geometry);
        }

        var tables = new LayerTables(context, scratch);
        ConstantTable offsetTable, weightTable;
        ConstantTable? first = null;
        if (!sparse)
        {
            offsetTable = tables.Offsets(pattern, storage.Computes);
            weightTable = !storage.Packs ? WeightTable(values, weights.Bits, context)
                : pairedColumns == perEntry * taps.Count
                    ? tables.Dense(packed!, values.Length, pairedColumns, 1)
                    : tables.Dense(packed!, values.Length, perEntry * taps.Count, perEntry, pairing == Pairing.None
                        ? null : pairedColumns);
        }
        else if (storage.Packs)
        {
            (weightTable, offsetTable, first) = tables.Sparse(packed!, used, farthest, tables.Offsets(pattern, compute: true),
                channels / convolution.Groups, groupStride, pairing == Pairing.None ? null : pairedColumns);
        }
        else if (sums is not null)
        {
            first = context.Constants.Add(sums.Segments.ToArray());
            int size = geometry.KernelHeight * geometry.KernelWidth;
            offsetTable = context.AddIndices(sums.Entries.Select(entry => aligned is null
                ? entry / taps.Count / (channels / convolution.Groups) * groupStride + taps[entry % taps.Count]
                : entry % taps.Count / size * aligned.PairStride + aligned.Offset(entry % size)).ToArray());
            weightTable = context.Constants.Add(sums.Weights.ToArray());
        }
        else
        {
            (first, offsetTable, int[] entries) = SparseTables(new Shape(channels, taps.Count), taps, convolution, groupStride, IsUsed,
                context, wholeGroup: true);
            weightTable = WeightTable(entries.SelectMany(entry => Enumerable.Range(entry * perEntry, perEntry)).Select(i =>
                values[i]).ToArray(), weights.Bits, context);
        }

        // Where rows are not cut, the segments are the rows.
        ConstantTable? segments = sums is null ? null
            : tables.Offsets(OffsetPattern.Of([.. sums.Rows], 1), sums.IsWhole);

        int[] bias = sums is null ? weights.Bias : weights.BiasForUnsigned(x.Element);
        ConstantTable biasTable = tables.Integers(bias, storage.Narrows),
            multipliers = tables.Floats(requantization.Multipliers, storage.Narrows);
        int nonZero = weights.Values.Count(value => value != 0);
        string reason = context.SparseReason(sparse, density, pairing == Pairing.None ? "weights" : "pairs of weights");
        return new ConvolutionKernel
        {
            Description = Describe(convolution, geometry, sparse, x.Element.ToString().ToLowerInvariant()) + PairText(pairing)
                + (sums is null ? "" : ", 16-bit sums"),
            Reason = storage.Packs ? $"{reason}; {storage.Reason}" : reason,
            Packing = storage.Packs ? packed!.Describe() : "",
            Geometry = geometry,
            Whole = whole,
            Groups = convolution.Groups,
            OutputChannels = channels,
            Order = sparse ? TapOrder.Sparse : TapOrder.Dense,
            Input = x.Element,
            Output = convolution.Result.Element,
            Weights = weightTable,
            Offsets = offsetTable,
            First = first,
            Segments = segments,
            Aligned = aligned,
            IsInPlace = isInPlace,
            IsDepthwise = isDepthwise,
            Bias = biasTable,
            Requantization = requantization,
            Multipliers = multipliers,
            Pairs = pairing,
            InputZeroPoint = x.Type.Quantization!.ZeroPoint,
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = Cost(weights.Values.Length, nonZero, NeuronBits.Of(weights.Values, channels), sparse
                ? nonZero : weights.Values.Length, whole ?? geometry,
                tables.StoredBytes(weightTable, offsetTable, first, segments, biasTable, multipliers)) with
            {
                Products = (long)(sparse ? (long)used * perEntry : values.Length) * (whole ?? geometry).OutputSize,
            },
        };
    }

    // As many rows as a budget holds, or the fewest that fill a vector. Only single rows may have gaps behind them.
    private static ConvolutionGeometry? Band(ConvolutionGeometry geometry, long budget)
    {
        int all = geometry.IsFlat ? geometry.OutputSize : geometry.OutputHeight, step = geometry.IsFlat ? FewestBandPixels : 1;
        int most = geometry.IsFlat || geometry.OutputWidth % 8 == 0 ? all - 1 : 1, count = Math.Max(most / step * step, step);
        while (count > step && BandBytes(geometry.Band(count)) > budget) count -= step;
        return count < all ? geometry.Band(count) : null;
    }

    /// <summary>Channels of a band that are laid out at a time before they are joined to pairs.</summary>
    public static int PackedChannels(ConvolutionGeometry band) => band.Channels % 2 == 0 ? 2 : band.Channels;

    // Channels that are laid out before they are joined, and pairs.
    private static int BandBytes(ConvolutionGeometry band)
    {
        int packed = band.IsDirect ? 0 : PackedChannels(band) * band.ChannelStride;
        return checked(Align(packed) + Align((band.Channels + 1) / 2 * band.ChannelStride * sizeof(int)));
    }

    /// <summary>Bytes rounded up so that what follows is aligned.</summary>
    public static int Align(int bytes) => (bytes + 63) / 64 * 64;

    /// <summary>Elements of scratch for results whose rows have gaps.</summary>
    public static int PitchedLength(ConvolutionGeometry geometry, int channels) =>
        geometry.IsContiguous ? 0 : Math.Min(channels, ChannelBlock) * geometry.Length;

    // Rows without gaps, or of whole vectors of the modern profile.
    private static bool IsInPlace(ConvolutionGeometry geometry, int lanes, PlanContext context) =>
        geometry.IsContiguous || (context.Options.Profile == Profile.Modern && geometry.OutputWidth % lanes == 0);

    private static bool IsDepthwise(Convolution convolution, ConvolutionGeometry geometry, PlanContext context) =>
        context.Options.Profile == Profile.Modern && convolution.Groups > 1 && convolution.Groups == geometry.Channels;

    private static double Density(int used, int all) => all == 0 ? 1 : (double)used / all;

    /// <summary>The form of a window in words.</summary>
    public static string Kind(Convolution convolution, ConvolutionGeometry geometry) =>
        convolution.Groups > 1 && convolution.Groups == geometry.Channels ? "depthwise"
        : geometry.KernelHeight * geometry.KernelWidth == 1
            ? "pointwise" : FormattableString.Invariant($"{geometry.KernelHeight}x{geometry.KernelWidth}");

    private static string PairText(Pairing pairing) => pairing switch
    {
        Pairing.Channels => ", pairs of channels",
        Pairing.Pixels => ", pairs of pixels",
        _ => "",
    };

    private static string Describe(Convolution convolution, ConvolutionGeometry geometry, bool sparse, string element)
    {
        return $"{(sparse ? "sparse" : "dense")} over pixels, {Kind(convolution, geometry)}, {element}";
    }

    private static LayerCost Cost(int weights, int nonZero, NeuronBits bits, int used, ConvolutionGeometry geometry, long bytes) => new(
        weights, nonZero, bits, (long)used * geometry.OutputSize, (long)weights * geometry.OutputSize, bytes);

    private static OffsetPattern Pattern(List<int> taps, ConvolutionGeometry geometry) =>
        OffsetPattern.Of([.. taps], geometry.KernelHeight * geometry.KernelWidth);

    // Channels, or pairs of channels, of the planes that are walked.
    private static int PlaneChannels(Convolution convolution, ConvolutionGeometry geometry, Shape weights, Pairing pairing) =>
        pairing == Pairing.Channels ? convolution.Groups * ((weights[1] + 1) / 2) : geometry.Channels;

    private static ConstantTable WeightTable(int[] values, int bits, PlanContext context) => bits == 8
        ? context.Constants.Add(values.Select(value => (sbyte)value).ToArray())
        : context.Constants.Add(ElementType.Int16,
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<short>(values.Select(value => (short)value).ToArray()));

    /// <summary>Lists the used entries of each output channel; offsets are relative to all planes.</summary>
    private static (ConstantTable First, ConstantTable Offsets, int[] Entries) SparseTables(
        Shape weights, List<int> taps, Convolution convolution, int stride, Func<int, bool> isUsed, PlanContext context,
            bool wholeGroup = false)
    {
        int channels = weights[0], groupStride = wholeGroup ? stride : stride * weights[1];
        var first = new int[channels + 1];
        var offsets = new List<int>();
        var entries = new List<int>();
        for (int channel = 0; channel < channels; channel++)
        {
            int group = channel / (channels / convolution.Groups);
            for (int tap = 0; tap < taps.Count; tap++)
            {
                int entry = channel * taps.Count + tap;
                if (!isUsed(entry)) continue;
                offsets.Add(group * groupStride + taps[tap]);
                entries.Add(entry);
            }

            first[channel + 1] = entries.Count;
        }

        return (context.Constants.Add(first), context.AddIndices(offsets), entries.ToArray());
    }
}
