namespace ModelGen.Planning.Packing;

/// <summary>A table that a layer makes in its scratch memory before it runs, from something smaller that is stored.</summary>
/// <param name="Target">The table in scratch memory.</param>
internal abstract record TableExpansion(ConstantTable Target)
{
    /// <summary>Bytes that are stored for it.</summary>
    public abstract long StoredBytes { get; }
}
