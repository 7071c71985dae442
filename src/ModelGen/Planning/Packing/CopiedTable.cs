namespace ModelGen.Planning.Packing;

/// <summary>
/// A table that is copied to where cache lines begin: constants lie at multiples of eight bytes, so that nearly every load of 64 bytes touches
/// two lines. Worth it where each weight is read many times in a run and from beyond the first-level cache.
/// </summary>
/// <param name="Target">The table in scratch memory.</param>
/// <param name="Stored">The same, stored.</param>
internal sealed record CopiedTable(ConstantTable Target, ConstantTable Stored) : TableExpansion(Target)
{
    /// <inheritdoc/>
    public override long StoredBytes => Stored.StoredBytes;
}
