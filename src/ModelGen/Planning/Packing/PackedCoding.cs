namespace ModelGen.Planning.Packing;

/// <summary>How the rows of a <see cref="PackedMatrix"/> follow each other.</summary>
internal enum PackedCoding
{
    /// <summary>Every value of a row, zeros included.</summary>
    Dense,

    /// <summary>Non-zero values, each behind the number of zeros since the one before.</summary>
    Gaps,

    /// <summary>A bit for each column that says whether it is non-zero, then the non-zero values.</summary>
    Bitmap,
}
