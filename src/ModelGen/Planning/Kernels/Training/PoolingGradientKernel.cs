using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels.Training;

/// <summary>Gradient of a pooling's input.</summary>
internal sealed record PoolingGradientKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    /// <summary>Channels of all samples.</summary>
    public required int Planes { get; init; }

    public required PoolingKind Function { get; init; }

    /// <summary>Averages: whether padding counts.</summary>
    public required bool CountPadding { get; init; }
}
