using ModelGen.Graph;

namespace ModelGen.Compression.Quantize;

/// <summary>How a tensor of activations is quantized: <c>real = (integer - zero point) * scale</c>.</summary>
/// <param name="Element"><see cref="ElementType.Int8"/> or <see cref="ElementType.UInt8"/>.</param>
/// <param name="Scale">Size of a step, above 0.</param>
/// <param name="ZeroPoint">The integer that stands for 0, within the range of the type.</param>
internal sealed record TensorQuantization(ElementType Element, float Scale, int ZeroPoint)
{
    /// <summary>
    /// What a Softmax needs whatever its results are: steps of 1/256 from 0. The integer kernel of ONNX Runtime 1.30 (QLinearSoftmax)
    /// overflows with smaller steps and then gives wrong integers everywhere.
    /// </summary>
    /// <param name="element"><see cref="ElementType.Int8"/> or <see cref="ElementType.UInt8"/>.</param>
    public static TensorQuantization Probability(ElementType element) => new(element, 1f / 256, IntegerRange.Of(element).Low);

    /// <summary>The parameters as the graph has them.</summary>
    public Quantization Parameters => new(Scale, ZeroPoint);
}
