using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>Reduction of a block of axes: element [outer][reduced][inner].</summary>
internal sealed record ReductionKernel : Kernel
{
    public required ReductionFunction Function { get; init; }

    public required ElementType Element { get; init; }

    /// <summary>Strided description: dimensions and strides of kept axes.</summary>
    public required int[] KeptDimensions { get; init; }

    public required int[] KeptStrides { get; init; }

    /// <summary>Dimensions and strides of reduced axes.</summary>
    public required int[] ReducedDimensions { get; init; }

    public required int[] ReducedStrides { get; init; }

    public Activation Activation { get; init; } = Activation.None;

    /// <summary>Integer mean: how sums become bytes.</summary>
    public Requantization? Requantization { get; init; }

    public int InputZeroPoint { get; init; }

    public ElementType Output { get; init; }
}
