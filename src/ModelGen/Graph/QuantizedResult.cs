namespace ModelGen.Graph;

/// <summary>Type of a requantized result.</summary>
/// <param name="Element"><see cref="ElementType.Int8"/> or <see cref="ElementType.UInt8"/>.</param>
/// <param name="Quantization">Scale and zero point, per tensor.</param>
/// <param name="Range">What results saturate to.</param>
public sealed record QuantizedResult(ElementType Element, Quantization Quantization, IntegerRange Range);
