using System;
using System.Linq;

namespace ModelGen.Tests.Reference.Quantization;

/// <summary>Accumulators of sums of products, with bias.</summary>
internal static class IntegerProducts
{
    /// <summary>
    /// The origin of a sum of products, or null if the integers do not determine it (several scales within a sum, a bias that
    /// is neither constant nor stored with the scale of the accumulators).
    /// </summary>
    /// <param name="sums">Sum of (x - zx) * (w - zw) of each output element.</param>
    /// <param name="scaleX">Scale of x behind each output element.</param>
    /// <param name="scaleW">Scale of w behind each output element.</param>
    /// <param name="bias">Bias, one an output element, or null.</param>
    /// <param name="channels">Output channel of each element where w is constant weights.</param>
    public static Accumulators? Create(long[] sums, float[] scaleX, float[] scaleW, ReferenceTensor? bias, int[]? channels)
    {
        float[] scale = scaleX.Zip(scaleW, (x, w) => (float)(x * w)).ToArray();
        double[] exact = scaleX.Zip(scaleW, (x, w) => (double)x * w).ToArray();
        Accumulators products = new(sums, scale, exact, channels);
        return bias == null ? products : AddBias(products, bias);
    }

    /// <summary>
    /// A constant added to a product with constant weights: in units of the accumulators, where it is one number a channel.
    /// </summary>
    public static Accumulators? AddBias(Accumulators products, ReferenceTensor bias, int sign = 1)
    {
        if (!bias.IsConstant || products.Channels == null || !IsOneAChannel(bias.Floats, products.Channels)) return null;
        long[] integers = bias.Origin is QuantizedElements { IsBias: true } stored && SameScales(stored.Scale, products.ExactScale)
            ? stored.Centred
            : bias.Floats.Zip(products.ExactScale, RoundBias).ToArray();
        return new Accumulators(products.Values.Zip(integers, (a, b) => a + sign * b).ToArray(), products.Scale, products.ExactScale,
            products.Channels);
    }

    private static bool IsOneAChannel(double[] values, int[] channels)
        => values.Zip(channels).GroupBy(p => p.Second).All(g => g.All(p => p.First == g.First().First));

    /// <summary>The one scale of all elements, or null.</summary>
    public static float? CommonScale(this QuantizedElements elements)
        => elements.Scale.Length > 0 && Array.TrueForAll(elements.Scale, s => s == elements.Scale[0]) ? elements.Scale[0] : null;

    // Writers compute the product of scales in float or double: the last bits do not tell a different scale.
    private static bool SameScales(float[] stored, double[] expected)
        => stored.Zip(expected).All(p => Math.Abs(p.First - p.Second) <= 1e-6 * p.Second);

    private static long RoundBias(double bias, double scale)
        => (long)Math.Clamp(Math.Round(bias / scale, MidpointRounding.ToEven), int.MinValue, int.MaxValue);
}
