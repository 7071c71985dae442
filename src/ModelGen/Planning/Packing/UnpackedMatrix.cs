namespace ModelGen.Planning.Packing;

/// <summary>
/// A packed matrix in the layout that a kernel reads. Dense: every value of the layout, at
/// <c>row * RowStride + tap * TapStride + half</c>. Sparse (with <paramref name="Offsets"/>): the non-zero entries, row by row.
/// </summary>
/// <param name="Target">The weights in scratch memory: int8, or float32 when there are <paramref name="Scales"/>.</param>
/// <param name="Matrix">Layout of the packed matrix.</param>
/// <param name="Packed">Its bytes.</param>
internal sealed record UnpackedMatrix(ConstantTable Target, PackedMatrix Matrix, ConstantTable Packed) : TableExpansion(Target)
{
    /// <summary>Sparse: offset of each entry, in scratch memory.</summary>
    public ConstantTable? Offsets { get; init; }

    /// <summary>Sparse: first entry of each row and the end, in scratch memory.</summary>
    public ConstantTable? First { get; init; }

    /// <summary>Sparse: offset of each tap, in scratch memory; without it the offset is the tap itself.</summary>
    public ConstantTable? Taps { get; init; }

    /// <summary>Sparse: rows that share a group of inputs.</summary>
    public int RowsPerGroup { get; init; }

    /// <summary>Sparse: what the offsets of neighbouring groups differ by.</summary>
    public int GroupStride { get; init; }

    /// <summary>Dense: elements between rows.</summary>
    public int RowStride { get; init; }

    /// <summary>Dense: elements between taps.</summary>
    public int TapStride { get; init; }

    /// <summary>Whether taps hold two weights.</summary>
    public bool HasPairs { get; init; }

    /// <summary>Leading columns of the matrix that are halves of pairs; each column behind them is the first half of a tap, the other
    /// half zero.</summary>
    public int PairedColumns { get; init; }

    /// <summary>Scale of each row when the weights are real numbers.</summary>
    public ConstantTable? Scales { get; init; }

    /// <inheritdoc/>
    public override long StoredBytes => Packed.Bytes;
}
