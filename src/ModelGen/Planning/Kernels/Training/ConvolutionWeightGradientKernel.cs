namespace ModelGen.Planning.Kernels.Training;

/// <summary>Gradient of a convolution's weights: dot products of the output's gradient with the planes, one a tap.</summary>
internal sealed record ConvolutionWeightGradientKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    public required int Batch { get; init; }

    public required int Groups { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Whether an operand says which gradients are wanted.</summary>
    public bool IsMasked { get; init; }

    /// <summary>Offset of each tap relative to the planes of the group.</summary>
    public required ConstantTable Offsets { get; init; }
}
