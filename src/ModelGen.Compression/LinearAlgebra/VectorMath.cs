using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Vector loops whose bits do not depend on the width of the machine's vectors: products are fused, and sums run in eight
/// lanes.</summary>
internal static class VectorMath
{
    /// <summary>Adds a multiple of one vector to another: y += factor * x.</summary>
    /// <param name="factor">The multiple.</param>
    /// <param name="x">What is added.</param>
    /// <param name="y">Where to; of the same length.</param>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        if (x.Length != y.Length) throw new ArgumentException("The vectors differ in length.");
        ref double from = ref MemoryMarshal.GetReference(x);
        ref double to = ref MemoryMarshal.GetReference(y);
        Vector256<double> factors = Vector256.Create(factor);
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            Vector256<double> low = Vector256.LoadUnsafe(ref to, (nuint)i);
            Vector256<double> high = Vector256.LoadUnsafe(ref to, (nuint)i + 4);
            low = Vector256.FusedMultiplyAdd(factors, Vector256.LoadUnsafe(ref from, (nuint)i), low);
            high = Vector256.FusedMultiplyAdd(factors, Vector256.LoadUnsafe(ref from, (nuint)i + 4), high);
            low.StoreUnsafe(ref to, (nuint)i);
            high.StoreUnsafe(ref to, (nuint)i + 4);
        }
        for (; i < x.Length; i++) Unsafe.Add(ref to, i) = Math.FusedMultiplyAdd(factor, Unsafe.Add(ref from, i), Unsafe.Add(ref to, i));
    }

    /// <summary>Sum of the products of two vectors.</summary>
    /// <param name="x">One.</param>
    /// <param name="y">The other, of the same length.</param>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length) throw new ArgumentException("The vectors differ in length.");
        ref double left = ref MemoryMarshal.GetReference(x);
        ref double right = ref MemoryMarshal.GetReference(y);
        Vector256<double> low = Vector256<double>.Zero;
        Vector256<double> high = Vector256<double>.Zero;
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            low = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, (nuint)i), Vector256.LoadUnsafe(ref right, (nuint)i), low);
            high = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref left, (nuint)i + 4), Vector256.LoadUnsafe(ref right, (nuint)i + 4),
                high);
        }
        low += high;
        double sum = (low[0] + low[2]) + (low[1] + low[3]);
        for (; i < x.Length; i++) sum = Math.FusedMultiplyAdd(Unsafe.Add(ref left, i), Unsafe.Add(ref right, i), sum);
        return sum;
    }

    /// <summary>Multiplies a vector by a number.</summary>
    /// <param name="factor">The number.</param>
    /// <param name="x">The vector, changed in place.</param>
    public static void Scale(double factor, Span<double> x)
    {
        for (int i = 0; i < x.Length; i++) x[i] *= factor;
    }
}
