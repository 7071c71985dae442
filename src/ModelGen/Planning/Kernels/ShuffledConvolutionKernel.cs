using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Sparse convolution of integers with channels last: output channels pick the inputs that they have weights for out of chunks of 32
/// channels, a few pixels at a time.</summary>
internal sealed record ShuffledConvolutionKernel : Kernel
{
    /// <summary>Pixels whose chunks are laid out at once where windows are single pixels.</summary>
    public const int BandPixels = 96;

    /// <summary>Window and maps.</summary>
    public required ConvolutionGeometry Geometry { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>The rounds: four picks, then four weights, for each of sixteen outputs.</summary>
    public required ConstantTable Rounds { get; init; }

    /// <summary>For each round how far its chunk is from the first one of the window, in bytes.</summary>
    public required ConstantTable Chunks { get; init; }

    /// <summary>First round of each group of outputs, and the end of the last.</summary>
    public required ConstantTable First { get; init; }

    public required ConstantTable Bias { get; init; }

    /// <summary>The multipliers of <see cref="Requantization"/>, one an output channel.</summary>
    public required ConstantTable Multipliers { get; init; }

    /// <summary>How sums become bytes.</summary>
    public required Requantization Requantization { get; init; }

    public required ElementType Input { get; init; }

    /// <summary>Input value that padding stands for.</summary>
    public required int InputZeroPoint { get; init; }

    /// <summary>Chunks of a pixel.</summary>
    public required int ChunksPerPixel { get; init; }

    /// <summary>Rows and columns of the padded input, as far as windows reach; one row of all pixels where windows are single pixels.</summary>
    public required int PaddedHeight { get; init; }

    public required int PaddedWidth { get; init; }
}
