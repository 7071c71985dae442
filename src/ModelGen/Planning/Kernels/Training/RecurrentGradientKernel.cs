using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels.Training;

/// <summary>Backpropagation through time of a recurrent layer for a batch.</summary>
internal sealed record RecurrentGradientKernel : Kernel
{
    public required Recurrent Layer { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }
}
