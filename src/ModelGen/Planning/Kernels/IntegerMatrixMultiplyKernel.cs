using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>
/// Product of two quantized matrices, requantized. The left factor is centred; the zero point of the right one becomes a bias of each row:
/// <c>sum((a - za) * (b - zb)) = sum((a - za) * b) - zb * sum(a - za)</c>.
/// </summary>
internal sealed record IntegerMatrixMultiplyKernel : Kernel
{
    public required int Rows { get; init; }

    public required int Inner { get; init; }

    public required int Columns { get; init; }

    /// <summary>Where the matrices of each product are.</summary>
    public required MatrixBatch Batch { get; init; }

    public required ElementWiseOperand Left { get; init; }

    public required ElementWiseOperand Right { get; init; }

    public required int LeftZeroPoint { get; init; }

    public required int RightZeroPoint { get; init; }

    /// <summary>Offset of each row of the right matrix; of each pair of rows in the modern profile.</summary>
    public required ConstantTable Offsets { get; init; }

    public required ElementType Output { get; init; }

    public required Requantization Requantization { get; init; }

    /// <summary>Multipliers of <see cref="Requantization"/>, one a row.</summary>
    public required ConstantTable Multipliers { get; init; }
}
