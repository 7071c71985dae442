namespace ModelGen.Emit.Kernels;

/// <summary>Functions that the class library lacks.</summary>
internal static class FunctionHelpers
{
    /// <summary>Modern: the functions of gates for eight units at a time.</summary>
    public static readonly Helper Gates = new("VectorGates", """
        // Hyperbolic tangent, to 4e-7: a quotient of polynomials of degree 9 and 8, fitted for the least relative error up to 9; beyond that it is 1.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Tanh(Vector256<float> x)
        {
            x = Clamp(x, -9f, 9f);
            Vector256<float> z = x * x;
            Vector256<float> p = MultiplyAdd(Vector256.Create(1.335492605e-8f), z, Vector256.Create(2.060930092e-5f));
            Vector256<float> q = MultiplyAdd(Vector256.Create(7.776674238e-7f), z, Vector256.Create(3.285657731e-4f));
            p = MultiplyAdd(p, z, Vector256.Create(3.495602636e-3f));
            q = MultiplyAdd(q, z, Vector256.Create(2.58770399e-2f));
            p = MultiplyAdd(p, z, Vector256.Create(0.1338103861f));
            q = MultiplyAdd(q, z, Vector256.Create(0.4671435356f));
            p = MultiplyAdd(p, z, Vector256.Create(1f));
            q = MultiplyAdd(q, z, Vector256.Create(1f));
            return x * p / q;
        }

        // 1 / (1 + exp(-x)), to 2e-7.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Sigmoid(Vector256<float> x) =>
            MultiplyAdd(Tanh(x * Vector256.Create(0.5f)), Vector256.Create(0.5f), Vector256.Create(0.5f));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> At(ReadOnlySpan<float> x, int i) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Set(Span<float> y, int i, Vector256<float> x) => x.StoreUnsafe(ref MemoryMarshal.GetReference(y), (nuint)i);
        """, VectorHelpers.MultiplyAdd, VectorHelpers.Clamp);

    public static readonly Helper Erf = new("Erf", """
        // Error function, to 1.2e-7 (Press et al., "Numerical Recipes in C", 2nd edition, section 6.2, erfcc).
        private static float Erf(double x)
        {
            double z = Math.Abs(x), t = 1 / (1 + 0.5 * z);
            double r = t * Math.Exp(-z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
                + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
            return (float)(x >= 0 ? 1 - r : r - 1);
        }
        """);
}
