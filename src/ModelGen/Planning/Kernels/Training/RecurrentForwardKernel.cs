using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels.Training;

/// <summary>Steps of a recurrent layer for a batch, with everything kept that the way back needs.</summary>
internal sealed record RecurrentForwardKernel : Kernel
{
    public required Recurrent Layer { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }
}
