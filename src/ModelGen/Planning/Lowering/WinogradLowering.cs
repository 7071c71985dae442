using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Chooses Winograd's form for convolutions with 3x3 windows, and transforms their weights.</summary>
internal static class WinogradLowering
{
    // Fewer channels or tiles leave less to multiply than there is to transform.
    private const int FewestChannels = 16, FewestTiles = 16;

    // Transformed tiles and products stay in a second-level cache.
    private const int BlockBytes = 1 << 18;

    /// <summary>The kernel, or <see langword="null"/> where the direct form is better, or asked for.</summary>
    /// <param name="node">A convolution of floats with channels last.</param>
    /// <param name="geometry">Its window.</param>
    /// <param name="context">Where tables go.</param>
    public static WinogradKernel? TryLower(Node node, ConvolutionGeometry geometry, PlanContext context)
    {
        var convolution = (Convolution)node.Operator;
        Shape shape = node.Input(1).Shape;
        int tiles = (geometry.OutputHeight + 1) / 2 * ((geometry.OutputWidth + 1) / 2);
        bool isSuited = convolution.Groups == 1 && geometry is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1 }
            && geometry.Channels >= FewestChannels && geometry.Channels % ChannelsLastKernel.PanelLanes == 0
            && shape[0] % ChannelsLastKernel.PanelLanes == 0 && tiles >= FewestTiles;
        if (!isSuited || context.Options.Optimize != Optimization.Speed || context.Options.Accuracy == Accuracy.Exact) return null;
        (int inputs, int outputs) = (shape[1], shape[0]);
        int block = Math.Min(tiles, Math.Max(FewestTiles, BlockBytes / (sizeof(float) * WinogradKernel.Points * (inputs + outputs))));
        float[] weights = node.Input(1).Constant!.ToFloats(), bias = node.OptionalInput(2)?.Constant!.ToFloats() ?? new float[outputs];
        float[][] points = [.. Enumerable.Range(0, outputs * inputs).Select(i => Transform(weights.AsSpan(9 * i, 9)))];
        var matrix = new Shape(outputs, inputs, 1, 1);
        float[] transformed = [.. Enumerable.Range(0, WinogradKernel.Points).SelectMany(point =>
            ChannelsLastLowering.Panels(matrix, (output, input, _) => points[output * inputs + input][point]))];
        ConstantTable weightTable = context.Constants.Add(transformed), biasTable = context.Constants.Add(bias), offsets = context.Constants.Add(new int[1]);
        var kernel = new WinogradKernel
        {
            Description = "Winograd, 3x3, float32",
            Reason = "16 multiplications instead of 36 for 2x2 outputs",
            Geometry = geometry,
            OutputChannels = outputs,
            Weights = weightTable,
            Bias = biasTable,
            Offsets = offsets,
            Activation = convolution.Activation,
            Block = block,
            Samples = node.Input(0).Shape[0],
        };
        long work = (long)weights.Length * geometry.OutputSize;
        var tables = new LayerTables(context, 0);
        return kernel with
        {
            ScratchBytes = Parts(kernel).End,
            Cost = new LayerCost(weights.Length, weights.Count(value => value != 0), NeuronBits.Floats(outputs), work, work,
                tables.StoredBytes(weightTable, biasTable, offsets))
            {
                Products = (long)WinogradKernel.Points * tiles * inputs * outputs,
            }.Times(node.Input(0).Shape[0]),
        };
    }

    /// <summary>Where the parts of the scratch memory begin, in bytes, and its end: the padded input, tiles, products, and zeros for a bias.</summary>
    public static (int Tiles, int Products, int Zeros, int End) Parts(WinogradKernel kernel)
    {
        int tiles = ConvolutionLowering.Align(checked(kernel.PaddedLength * sizeof(float)));
        int products = checked(tiles + ConvolutionLowering.Align(kernel.TileLength * sizeof(float)));
        int zeros = checked(products + ConvolutionLowering.Align(kernel.ProductLength * sizeof(float)));
        return (tiles, products, zeros, checked(zeros + kernel.OutputChannels * sizeof(float)));
    }

    // G g G', with G = (1, 0, 0; 1/2, 1/2, 1/2; 1/2, -1/2, 1/2; 0, 0, 1).
    private static float[] Transform(ReadOnlySpan<float> window)
    {
        double[] rows = new double[12], points = new double[WinogradKernel.Points];
        for (int x = 0; x < 3; x++) Spread(window[x], window[3 + x], window[6 + x], rows, x, 3);
        for (int y = 0; y < 4; y++) Spread(rows[3 * y], rows[3 * y + 1], rows[3 * y + 2], points, 4 * y, 1);
        return Array.ConvertAll(points, point => (float)point);
    }

    private static void Spread(double a, double b, double c, double[] target, int start, int step)
    {
        target[start] = a;
        target[start + step] = (a + b + c) / 2;
        target[start + 2 * step] = (a - b + c) / 2;
        target[start + 3 * step] = c;
    }
}
