using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Quantization;

/// <summary>
/// Sum of quantized values, added one after the other in single precision, each brought to the scale of the result first.
/// </summary>
/// <param name="terms">q - z (negated where it is subtracted) and scale of each element of each value.</param>
/// <param name="count">What the sum is divided by: the number of terms for Mean.</param>
internal sealed class ScaledSum(IReadOnlyList<(long[] Centred, float[] Scale)> terms, float count = 1) : IntegerOrigin
{
    public bool IsDivided => count != 1;

    /// <summary>The sum with one more term.</summary>
    public ScaledSum With(QuantizedElements next, bool isNegative) => new([.. terms, Term(next, isNegative)], count);

    /// <summary>The sum divided by a number.</summary>
    public ScaledSum DividedBy(float divisor) => new(terms, divisor);

    public static ScaledSum Of(QuantizedElements a, QuantizedElements b, bool isNegative) => new([Term(a, false), Term(b, isNegative)]);

    public override float DivideBy(float divisor, int index)
    {
        float total = (float)(divisor * count);
        float sum = 0;
        for (int i = 0; i < terms.Count; i++)
        {
            float ratio = (float)(terms[i].Scale[index] / total);
            float term = (float)((float)terms[i].Centred[index] * ratio);
            sum = i == 0 ? term : (float)(sum + term);
        }

        return sum;
    }

    public override IntegerOrigin Select(int[] source)
        => new ScaledSum(terms.Select(t => (Select(t.Centred, source, 0), Select(t.Scale, source, 1))).ToArray(), count);

    private static (long[] Centred, float[] Scale) Term(QuantizedElements value, bool isNegative)
        => (isNegative ? Array.ConvertAll(value.Centred, x => -x) : value.Centred, value.Scale);
}
