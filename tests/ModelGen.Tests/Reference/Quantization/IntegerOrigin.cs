using System;

namespace ModelGen.Tests.Reference.Quantization;

/// <summary>
/// The exact integers behind a float value, element by element, and the float32 formula of docs/numerics.md that brings them to
/// another scale. All casts to float are deliberate: each marks one rounding of the specification.
/// </summary>
internal abstract class IntegerOrigin
{
    /// <summary>The element divided by the scale of the QuantizeLinear that reads it, before rounding.</summary>
    public abstract float DivideBy(float scale, int index);

    /// <summary>The origin of a value whose elements are <c>source[i]</c> of this one (-1: zero).</summary>
    public abstract IntegerOrigin Select(int[] source);

    /// <summary>Limits that Relu and Clip set between the operation and QuantizeLinear.</summary>
    public virtual (double Low, double High) Limits(int index) => (double.NegativeInfinity, double.PositiveInfinity);

    protected static T[] Select<T>(T[] values, int[] source, T absent) => Array.ConvertAll(source, i => i < 0 ? absent : values[i]);
}

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

/// <summary>32-bit accumulators of Conv, Gemm, MatMul and products of Mul.</summary>
/// <param name="accumulators">Sum of products (and bias) of each element.</param>
/// <param name="scale">float32(sx * sw) of each element.</param>
/// <param name="exactScale">sx * sw in double precision, for the bias.</param>
/// <param name="channels">Output channel of each element where the weights are constant, so that a bias may be added; else null.</param>
internal sealed class Accumulators(long[] accumulators, float[] scale, double[] exactScale, int[]? channels) : IntegerOrigin
{
    public int[]? Channels => channels;

    public long[] Values => accumulators;

    public float[] Scale => scale;

    public double[] ExactScale => exactScale;

    public override float DivideBy(float divisor, int index)
    {
        float multiplier = (float)(scale[index] / divisor);
        return (float)((float)accumulators[index] * multiplier);
    }

    public override IntegerOrigin Select(int[] source)
        => new Accumulators(Select(accumulators, source, 0), Select(scale, source, 1), Select(exactScale, source, 1),
            channels == null ? null : Select(channels, source, 0));
}

/// <summary>Sum over elements to be divided by their number: pooling and ReduceMean.</summary>
internal sealed class IntegerMean(long[] sum, int[] count, float[] scale) : IntegerOrigin
{
    public override float DivideBy(float divisor, int index)
    {
        float multiplier = (float)(scale[index] / (float)(divisor * count[index]));
        return (float)((float)sum[index] * multiplier);
    }

    public override IntegerOrigin Select(int[] source) => new IntegerMean(Select(sum, source, 0), Select(count, source, 1), Select(scale, source, 1));
}

/// <summary>An origin after Relu or Clip.</summary>
internal sealed class ClippedOrigin(IntegerOrigin inner, double low, double high) : IntegerOrigin
{
    public override (double Low, double High) Limits(int index)
    {
        (double innerLow, double innerHigh) = inner.Limits(index);
        return (Clip(innerLow), Clip(innerHigh));
    }

    public override float DivideBy(float scale, int index) => inner.DivideBy(scale, index);

    public override IntegerOrigin Select(int[] source) => new ClippedOrigin(inner.Select(source), low, high);

    private double Clip(double bound) => Math.Min(Math.Max(bound, low), high);
}
