using System;

namespace ModelGen.Tests.Reference.Quantization;

/// <summary>Elements of several values, some of them perhaps real numbers without integers behind them.</summary>
/// <param name="parts">The values.</param>
/// <param name="places">For each element the value and the element of it.</param>
internal sealed class JoinedOrigins(ReferenceTensor[] parts, (int Part, int Index)[] places) : IntegerOrigin
{
    public override float DivideBy(float scale, int index)
    {
        (int part, int at) = places[index];
        return parts[part].Origin?.DivideBy(scale, at) ?? (float)((float)parts[part].Floats[at] / scale);
    }

    public override (double Low, double High) Limits(int index)
    {
        (int part, int at) = places[index];
        return parts[part].Origin?.Limits(at) ?? base.Limits(index);
    }

    public override IntegerOrigin Select(int[] source)
        => new JoinedOrigins(parts,
            Array.ConvertAll(source, i => i < 0 ? throw new NotSupportedException("padding of joined values") : places[i]));
}
