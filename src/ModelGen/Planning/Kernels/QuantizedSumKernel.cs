using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Sum of several quantized tensors, each multiplied on its way, rounded once at the end.</summary>
internal sealed record QuantizedSumKernel : Kernel
{
    public required IReadOnlyList<ElementWiseOperand> Operands { get; init; }

    /// <summary>Zero point of each operand.</summary>
    public required int[] ZeroPoints { get; init; }

    /// <summary>Which operands are subtracted.</summary>
    public required bool[] Negative { get; init; }

    public required TensorType Result { get; init; }

    /// <summary>Requantization with a multiplier for each operand.</summary>
    public required Requantization Requantization { get; init; }
}
