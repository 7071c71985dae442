namespace ModelGen.Planning.Packing;

/// <summary>Offsets that repeat: <c>offset[i] = pattern[i % n] + i / n * stride</c>, or <c>i * stride</c> without a pattern.</summary>
/// <param name="Target">The table in scratch memory: int32.</param>
/// <param name="Pattern">The first n offsets in 16 or 32 bits.</param>
/// <param name="Stride">Distance between repetitions.</param>
internal sealed record OffsetTable(ConstantTable Target, ConstantTable? Pattern, int Stride) : TableExpansion(Target)
{
    /// <inheritdoc/>
    public override long StoredBytes => Pattern?.Bytes ?? 0;
}
