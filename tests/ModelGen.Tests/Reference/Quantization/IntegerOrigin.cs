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
