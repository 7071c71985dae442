using System;

namespace ModelGen.Tests.Reference.Quantization;

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
