using System;
using ModelGen.Graph;

namespace ModelGen.Compression.Training;

/// <summary>
/// Zeros that a model comes with: somebody pruned it, or its weights were rounded to a few bits. Training must not fill them, which would
/// give back what they save.
/// </summary>
internal static class GivenZeros
{
    // A few zeros come by chance, from rounding to eight bits for example, and training may have better use for them.
    private const double LeastShare = 0.05;

    /// <summary>Which elements of a matrix or kernel may become anything else than zero.</summary>
    /// <param name="initial">The elements that the model came with.</param>
    /// <returns>1 where one may, 0 where it stays zero; <see langword="null"/> where all may: few are zero, or it is a bias.</returns>
    public static float[]? MaskOf(Tensor initial)
    {
        if (initial.Shape.Rank < 2) return null;
        float[] values = initial.ToFloats();
        int zeros = values.AsSpan().Count(0f);
        return zeros > LeastShare * values.Length ? Array.ConvertAll(values, value => value == 0 ? 0f : 1f) : null;
    }
}
