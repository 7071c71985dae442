using ModelGen.Graph;

namespace ModelGen.Planning.Kernels.Training;

/// <summary>Convolution with weights that are computed or given at run time.</summary>
internal sealed record TrainableConvolutionKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    public required int Batch { get; init; }

    public required int Groups { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Offset of each tap relative to the planes of the group.</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>The bias when it is constant, zeros when there is none, <see langword="null"/> when it is computed.</summary>
    public ConstantTable? Bias { get; init; }

    public Activation Activation { get; init; } = Activation.None;
}
