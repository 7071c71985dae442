using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Product of two computed matrices.</summary>
internal sealed record MatrixMultiplyKernel : Kernel
{
    public required int Rows { get; init; }

    public required int Inner { get; init; }

    public required int Columns { get; init; }

    /// <summary>Where the matrices of each product are.</summary>
    public required MatrixBatch Batch { get; init; }

    /// <summary>Offset of each row of the right matrix.</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>A table of zeros in place of a bias.</summary>
    public required ConstantTable Zeros { get; init; }

    public ConstantTable? LeftTable { get; init; }

    public ConstantTable? RightTable { get; init; }

    public Activation Activation { get; init; } = Activation.None;
}
