using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>An input or output: what the caller sees and what the network proper computes with.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Identifier">Name in C#.</param>
/// <param name="Outer">The value as the caller sees it.</param>
/// <param name="Inner">The value inside: the same, or its quantized form.</param>
/// <param name="Conversion">The layer that converts between the two, or <see langword="null"/>.</param>
/// <param name="BufferOffset">Place in the workspace of <paramref name="Inner"/> while the caller's floats are converted.</param>
internal sealed record Port(string Name, string Identifier, Value Outer, Value Inner, Step? Conversion, int BufferOffset)
{
    /// <summary>What integers mean: those of the raw form, or of a tensor that is integers in the model itself.</summary>
    public Quantization? Quantization =>
        !Inner.Element.IsFloat() && Inner.Type.Quantization is { IsPerTensor: true } parameters ? parameters : null;
}
