using System;
using System.Globalization;
using System.Linq;
using ModelGen.Compiler;

namespace ModelGen.Compression.Report;

/// <summary>
/// Time and energy of a run from what the compiler reports: sums over layers of a constant times a count. They compare networks; they do
/// not replace <c>modelgen bench</c> or a power meter.
/// </summary>
internal static class ReportEstimates
{
    // Nanoseconds a product on one desktop core with 256-bit vectors, rounded from runs of the project's test networks (docs/performance.md).
    // They are estimates for one such core; networks in other caches and other processors differ by factors.
    private const double PixelsFloat = 0.03, PixelsInt8 = 0.03, ChannelsFloat = 0.024, ChannelsInt8 = 0.02, Depthwise = 0.09;
    private const double SparsePixelsFloat = 0.06, SparsePixelsInt8 = 0.05, ShortSums = 0.03, SparseChannels = 0.03;
    private const double ProductFloat = 0.08, ProductInt8 = 0.04, SparseProduct = 0.6, Shuffled = 0.1, PackedProduct = 1.2, Literal = 0.25;
    private const double RecurrentBlocks = 0.05, RecurrentGates = 0.35;

    // What a call, its loops and a requantization of few values take, in nanoseconds a layer.
    private const double Layer = 100;

    // Picojoules in 45 nm at 0.9 V (Horowitz, "Computing's Energy Problem (and what we can do about it)", ISSCC 2014, figure 1.1.9): a
    // product and the addition to its sum, and a read from a memory of 32 KB, 20 pJ for 64 bits.
    private const double FloatProduct = 3.7, FloatSum = 0.9, Int8Product = 0.2, Int32Sum = 0.1, ReadByte = 20.0 / 8;

    /// <summary>How the time is estimated, for a report.</summary>
    public static string TimeMethod { get; } = string.Create(CultureInfo.InvariantCulture,
        $"Time of one run: for each layer the products that its kernel computes times a constant of its kernel, "
        + $"plus {Layer / 1000} \u00B5s a layer. Nanoseconds a product: dense convolution over pixels {PixelsFloat}, over channels {ChannelsFloat} in float32 and "
        + $"{ChannelsInt8} in int8, depthwise {Depthwise}; sparse convolution float32 {SparsePixelsFloat}, int8 {SparsePixelsInt8}, with 16-bit sums "
        + $"{ShortSums}, over channels {SparseChannels}; fully connected float32 {ProductFloat} dense, int8 {ProductInt8} dense, sparse {SparseProduct}, by shuffles {Shuffled}, "
        + $"{PackedProduct} from packed weights, {Literal} as literals; recurrent {RecurrentBlocks} in blocks, {RecurrentGates} gate by gate. "
        + $"The constants are estimates for one desktop core; modelgen bench measures.");

    /// <summary>How the energy is estimated, for a report.</summary>
    public static string EnergyMethod { get; } = string.Create(CultureInfo.InvariantCulture,
        $"Energy of one run: multiply-accumulates times {FloatProduct + FloatSum:0.0} pJ in float32 or "
        + $"{Int8Product + Int32Sum:0.0} pJ in int8 with 32-bit sums, plus {ReadByte} pJ for each byte of weights read (static memory of 32 KB; recurrent layers read "
        + $"their weights at every step, others once). Costs in 45 nm by Horowitz, \"Computing's Energy Problem\", ISSCC 2014. "
        + $"Activations, instructions and leakage are not counted.");

    /// <summary>Estimated time of a run in microseconds.</summary>
    /// <param name="report">The compiled network.</param>
    public static double Microseconds(ModelReport report)
        => report.Layers.Sum(Nanoseconds) / 1000;

    /// <summary>Estimated time of a layer in nanoseconds.</summary>
    /// <param name="layer">The compiled layer.</param>
    public static double Nanoseconds(LayerReport layer) => layer.Products * NanosecondsPerProduct(layer) + Layer;

    /// <summary>Estimated energy of a run in microjoules: <c>sum of (multiply-accumulates * cost + bytes * reads * cost of a
    /// byte)</c>.</summary>
    /// <param name="report">The compiled network.</param>
    public static double Microjoules(ModelReport report) => report.Layers.Sum(layer =>
        layer.MultiplyAccumulates * (IsFloat(layer) ? FloatProduct + FloatSum : Int8Product + Int32Sum)
        + layer.WeightBytes * Reads(layer) * ReadByte) / 1e6;

    private static bool IsFloat(LayerReport layer) => layer.Kernel.Contains("float32", StringComparison.Ordinal);

    private static bool IsRecurrent(LayerReport layer) => layer.Operation is "lstm" or "gru" or "rnn";

    // Steps of a recurrent layer: how often each weight is used.
    private static double Reads(LayerReport layer)
        => IsRecurrent(layer) && layer.Weights > 0 ? Math.Max(1, (double)layer.DenseMultiplyAccumulates / layer.Weights) : 1;

    // The description of a kernel names its form; one that is new here counts as a dense product.
    private static double NanosecondsPerProduct(LayerReport layer)
    {
        bool isFloat = IsFloat(layer), isSparse = Is("sparse");
        if (Is("over pixels") && isSparse) return isFloat ? SparsePixelsFloat : Is("16-bit sums") ? ShortSums : SparsePixelsInt8;
        if (Is("over channels") && isSparse) return SparseChannels;
        if (Is("over pixels") || Is("over channels"))
            return Is("depthwise") ? Depthwise : Is("over channels") ? isFloat ? ChannelsFloat : ChannelsInt8 : isFloat ? PixelsFloat : PixelsInt8;
        if (IsRecurrent(layer)) return Is("blocks") ? RecurrentBlocks : isSparse ? SparseProduct : RecurrentGates;
        if (Is("literals")) return Literal;
        if (isSparse) return Is("sixteen outputs") ? Shuffled : SparseProduct;
        if (Is("packed")) return PackedProduct;
        return isFloat ? ProductFloat : ProductInt8;

        bool Is(string form) => layer.Kernel.Contains(form, StringComparison.Ordinal);
    }
}
