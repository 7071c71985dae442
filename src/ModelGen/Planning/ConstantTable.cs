using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>A constant table of the emitted class.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Offset">First byte within the data of its pool.</param>
/// <param name="Length">Number of elements.</param>
internal sealed record ConstantTable(ElementType Element, int Offset, int Length)
{
    /// <summary>Bytes of the table.</summary>
    public int Bytes => Length * Element.Size();
}
