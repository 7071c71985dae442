namespace ModelGen.Planning.Packing;

/// <summary>A table of equal numbers, which are in the code.</summary>
/// <param name="Target">The table in scratch memory: int32 or float32.</param>
/// <param name="Value">The number.</param>
internal sealed record FilledTable(ConstantTable Target, double Value) : TableExpansion(Target)
{
    /// <inheritdoc/>
    public override long StoredBytes => 0;
}
