using System;
using System.Linq;

namespace ModelGen.Tests.Reference.Quantization;

/// <summary>The largest of some elements of a value: quantizing keeps order, so it is the largest of their quantized forms.</summary>
/// <param name="inner">The value.</param>
/// <param name="candidates">Elements of the value that each element is the largest of.</param>
internal sealed class LargestOf(IntegerOrigin inner, int[][] candidates) : IntegerOrigin
{
    public override float DivideBy(float scale, int index) => candidates[index].Max(c => inner.DivideBy(scale, c));

    public override (double Low, double High) Limits(int index) => inner.Limits(candidates[index][0]);

    public override IntegerOrigin Select(int[] source)
        => new LargestOf(inner,
            Array.ConvertAll(source, i => i < 0 ? throw new NotSupportedException("padding of pooled values") : candidates[i]));
}
