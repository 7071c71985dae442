namespace ModelGen.Tests.Reference.Quantization;

/// <summary>What DequantizeLinear makes: <c>(q - z) * s</c>.</summary>
/// <param name="centred">q - z of each element.</param>
/// <param name="scale">Scale of each element.</param>
/// <param name="isBias">Whether q is int32 with zero point 0, the form in which models store biases.</param>
internal sealed class QuantizedElements(long[] centred, float[] scale, bool isBias) : IntegerOrigin
{
    public long[] Centred => centred;

    public float[] Scale => scale;

    public bool IsBias => isBias;

    public override float DivideBy(float divisor, int index) => (float)(Dequantized(index) / divisor);

    public float Dequantized(int index) => (float)((float)centred[index] * scale[index]);

    public override IntegerOrigin Select(int[] source)
        => new QuantizedElements(Select(centred, source, 0), Select(scale, source, scale.Length > 0 ? scale[0] : 1), isBias);
}
