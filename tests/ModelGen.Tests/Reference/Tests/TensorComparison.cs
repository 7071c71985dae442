using System;
using System.Globalization;
using System.Linq;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>Compares values as numpy.testing.assert_allclose does: |actual - expected| at most atol + rtol * |expected|.</summary>
internal static class TensorComparison
{
    /// <summary>What differs, or null.</summary>
    public static string? Difference(ReferenceTensor actual, ReferenceTensor expected, double rtol, double atol)
    {
        if (actual.Type != expected.Type) return $"type {actual.Type}, expected {expected.Type}";
        if (!actual.Dims.SequenceEqual(expected.Dims)) return $"{actual}, expected {expected}";
        double[] a = actual.AsDoubles();
        double[] e = expected.AsDoubles();
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i].Equals(e[i])) continue;
            bool close = Math.Abs(a[i] - e[i]) <= atol + rtol * Math.Abs(e[i]);
            if (!close) return string.Create(CultureInfo.InvariantCulture, $"element {i} of {a.Length} is {a[i]:R}, expected {e[i]:R}");
        }

        return null;
    }
}
