namespace ModelGen.Graph;

/// <summary>The integers that a constant of real numbers was dequantized from: <c>(q - zero point) * scale</c>, element by element.</summary>
/// <param name="Integers">The integers, in the shape of the constant.</param>
/// <param name="Parameters">Scales and zero points.</param>
internal sealed record QuantizedSource(Tensor Integers, Quantization Parameters);
