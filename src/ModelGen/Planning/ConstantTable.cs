using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>A constant table of the emitted class.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Offset">First byte within the data of its pool, or within the scratch memory of its layer.</param>
/// <param name="Length">Number of elements.</param>
internal sealed record ConstantTable(ElementType Element, int Offset, int Length)
{
    /// <summary>Whether the layer makes the table in its scratch memory at the start of each run (see Planning/Packing).</summary>
    public bool IsInScratch { get; init; }

    /// <summary>Bytes of the table.</summary>
    public int Bytes => Length * Element.Size();

    /// <summary>Bytes that are stored for the table itself.</summary>
    public int StoredBytes => IsInScratch ? 0 : Bytes;
}
