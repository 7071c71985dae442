using ModelGen.Graph;

namespace ModelGen.Compression.Quantize;

/// <summary>How a tensor of activations is quantized: <c>real = (integer - zero point) * scale</c>.</summary>
/// <param name="Element"><see cref="ElementType.Int8"/> or <see cref="ElementType.UInt8"/>.</param>
/// <param name="Scale">Size of a step, above 0.</param>
/// <param name="ZeroPoint">The integer that stands for 0, within the range of the type.</param>
internal sealed record TensorQuantization(ElementType Element, float Scale, int ZeroPoint)
{
    /// <summary>The parameters as the graph has them.</summary>
    public Quantization Parameters => new(Scale, ZeroPoint);
}
