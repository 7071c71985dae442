namespace ModelGen.Planning.Kernels.Training;

/// <summary>Product of two computed matrices, in tiles of the result.</summary>
internal sealed record GeneralMatrixMultiplyKernel : Kernel
{
    public required int Rows { get; init; }

    public required int Inner { get; init; }

    public required int Columns { get; init; }

    public required bool TransposeLeft { get; init; }

    /// <summary>Whether a transposed right operand is turned in scratch memory first.</summary>
    public bool TurnsRight { get; init; }

    /// <summary>Where the rows of a transposed right operand start; <see langword="null"/> when it is not transposed, or
    /// turned first.</summary>
    public ConstantTable? RightRows { get; init; }

    /// <summary>The right operand when it is constant.</summary>
    public ConstantTable? RightTable { get; init; }
}
