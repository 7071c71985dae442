namespace ModelGen.Tests.Reference.Quantization;

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
