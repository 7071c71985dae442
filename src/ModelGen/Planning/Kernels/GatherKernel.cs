using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Slices picked by indices that are known at run time.</summary>
internal sealed record GatherKernel : Kernel
{
    public required ElementType Element { get; init; }

    public required ElementType IndexElement { get; init; }

    public required int Outer { get; init; }

    public required int AxisSize { get; init; }

    public required int Inner { get; init; }

    public required int Indices { get; init; }

    /// <summary>Table of the data when it is constant.</summary>
    public ConstantTable? Data { get; init; }

    /// <summary>Table of the indices when they are constant.</summary>
    public ConstantTable? IndexTable { get; init; }
}
