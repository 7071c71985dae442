using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>
/// Convolution of floats with 3x3 windows and channels last by Winograd's minimal filtering F(2x2, 3x3) (Lavin and Gray, "Fast Algorithms for
/// Convolutional Neural Networks", 2015, section 4.1): tiles of 4x4 inputs and the windows are transformed, multiplied at each of the 16 points, of which
/// 2x2 outputs are made. That takes 16 multiplications for what takes 36 directly; sums are rounded differently.
/// </summary>
internal sealed record WinogradKernel : Kernel
{
    /// <summary>Points of a transformed tile.</summary>
    public const int Points = 16;

    private const int LineFloats = 16;

    /// <summary>Window and maps.</summary>
    public required ConvolutionGeometry Geometry { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Transformed weights [point][panel][input channel][lane].</summary>
    public required ConstantTable Weights { get; init; }

    public required ConstantTable Bias { get; init; }

    /// <summary>Where the only run of a point's inputs begins: 0.</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>Clamp of a result.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Tiles that are transformed at once.</summary>
    public required int Block { get; init; }

    /// <summary>Tiles along y and x.</summary>
    public int TilesY => (Geometry.OutputHeight + 1) / 2;

    public int TilesX => (Geometry.OutputWidth + 1) / 2;

    /// <summary>Rows and columns of the padded input.</summary>
    public int PaddedHeight => 2 * TilesY + 2;

    public int PaddedWidth => 2 * TilesX + 2;

    /// <summary>Elements of the padded input, of the transformed tiles and of their products.</summary>
    public int PaddedLength => checked(PaddedHeight * PaddedWidth * Geometry.Channels);

    public int TileLength => checked(Points * TileStride);

    public int ProductLength => checked(Points * ProductStride);

    /// <summary>Elements between the points of tiles and of products: a line more than they need, because lines that lie a power of two apart share a place in
    /// the cache.</summary>
    public int TileStride => checked(Block * Geometry.Channels + LineFloats);

    public int ProductStride => checked(Block * OutputChannels + LineFloats);
}
