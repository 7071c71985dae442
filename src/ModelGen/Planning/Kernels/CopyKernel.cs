using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>Copies of strided blocks.</summary>
internal sealed record CopyKernel : Kernel
{
    public required IReadOnlyList<CopyRegion> Regions { get; init; }

    public required ElementType Element { get; init; }

    /// <summary>Number to fill the result with first, or <see langword="null"/> when the blocks cover it.</summary>
    public double? Fill { get; init; }

    /// <summary>Tables of constant operands by operand index.</summary>
    public required IReadOnlyList<ConstantTable?> Constants { get; init; }

    /// <summary>256-entry tables that requantize an operand while it is copied, by operand index.</summary>
    public IReadOnlyList<ConstantTable?> Lookups { get; init; } = [];
}
