using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>An expression of one or more operands evaluated for every element, with broadcasting.</summary>
internal sealed record ElementWiseKernel : Kernel
{
    /// <summary>Types of the operands as the kernel reads them; a constant one comes from a table.</summary>
    public required IReadOnlyList<ElementWiseOperand> Operands { get; init; }

    public required TensorType Result { get; init; }

    /// <summary>The operation.</summary>
    public required Operator Operator { get; init; }

    /// <inheritdoc/>
    public override bool CanRunInPlace => Operands[0].Constant is null && Operands[0].Element.Size() == Result.Element.Size()
        && Operands[0].Shape.Equals(Result.Shape);
}
