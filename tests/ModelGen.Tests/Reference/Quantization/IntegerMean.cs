namespace ModelGen.Tests.Reference.Quantization;

/// <summary>Sum over elements to be divided by their number: pooling and ReduceMean.</summary>
internal sealed class IntegerMean(long[] sum, int[] count, float[] scale) : IntegerOrigin
{
    public override float DivideBy(float divisor, int index)
    {
        float multiplier = (float)(scale[index] / (float)(divisor * count[index]));
        return (float)((float)sum[index] * multiplier);
    }

    public override IntegerOrigin Select(int[] source) =>
        new IntegerMean(Select(sum, source, 0), Select(count, source, 1), Select(scale, source, 1));
}
