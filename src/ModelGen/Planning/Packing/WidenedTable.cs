namespace ModelGen.Planning.Packing;

/// <summary>A table stored in fewer bits an element.</summary>
/// <param name="Target">The table in scratch memory: int32 or float32.</param>
/// <param name="Stored">int8 or int16 for int32; int8, bytes or 16-bit patterns for float32.</param>
/// <param name="IsBrainFloat">float32: whether the patterns are upper halves (bfloat16) and not IEEE 754 binary16.</param>
internal sealed record WidenedTable(ConstantTable Target, ConstantTable Stored, bool IsBrainFloat = false) : TableExpansion(Target)
{
    /// <summary>float32 from int8: the factor.</summary>
    public float Step { get; init; } = 1;

    /// <summary>float32 from bytes: exponent and fraction (<see cref="NarrowTable.Short"/>) of code 0.</summary>
    public int FirstCode { get; init; }

    /// <inheritdoc/>
    public override long StoredBytes => Stored.Bytes;
}
