namespace ModelGen.Emit.Kernels.Training;

/// <summary>Sigmoid and tanh of a run of numbers. The modern form is within 2e-7 of the exact functions, which training does not notice.</summary>
internal static class GateFunctions
{
    /// <summary>Sigmoid in place.</summary>
    public static Helper Sigmoids(bool isModern) => isModern ? ModernSigmoids : PortableSigmoids;

    /// <summary>Tanh.</summary>
    public static Helper Tanhs(bool isModern) => isModern ? ModernTanhs : PortableTanhs;

    private static readonly Helper PortableSigmoids = new("Sigmoids", """
        private static void Sigmoids(Span<float> x)
        {
            for (int i = 0; i < x.Length; i++) x[i] = 1 / (1 + MathF.Exp(-x[i]));
        }
        """);

    private static readonly Helper PortableTanhs = new("Tanhs", """
        private static void Tanhs(ReadOnlySpan<float> x, Span<float> y)
        {
            for (int i = 0; i < y.Length; i++) y[i] = MathF.Tanh(x[i]);
        }
        """);

    private static readonly Helper Exponential = new("Exponential", """
        // exp(x) = 2^n exp(r) with |r| <= ln 2 / 2 and the Taylor series of exp to r^7 / 7!.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<float> Exponential(Vector<float> x)
        {
            x = Vector.Min(Vector.Max(x, new Vector<float>(-87f)), new Vector<float>(88f));
            Vector<float> magic = new Vector<float>(12582912f), n = x * 1.44269504f + magic - magic;
            Vector<float> r = x - n * 0.693359375f + n * 2.12194440e-4f;
            Vector<float> p = new Vector<float>(1f / 5040) * r + new Vector<float>(1f / 720);
            p = p * r + new Vector<float>(1f / 120);
            p = p * r + new Vector<float>(1f / 24);
            p = p * r + new Vector<float>(1f / 6);
            p = p * r + new Vector<float>(0.5f);
            p = p * r + Vector<float>.One;
            p = p * r + Vector<float>.One;
            return p * Vector.AsVectorSingle(Vector.ShiftLeft(Vector.ConvertToInt32(n) + new Vector<int>(127), 23));
        }
        """);

    private static readonly Helper ModernSigmoids = new("Sigmoids", """
        private static void Sigmoids(Span<float> x)
        {
            int i = 0;
            for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
                (Vector<float>.One / (Vector<float>.One + Exponential(-new Vector<float>(x.Slice(i))))).CopyTo(x.Slice(i));
            for (; i < x.Length; i++) x[i] = 1 / (1 + MathF.Exp(-x[i]));
        }
        """, Exponential);

    private static readonly Helper ModernTanhs = new("Tanhs", """
        // tanh(x) = 1 - 2 / (exp(2 x) + 1).
        private static void Tanhs(ReadOnlySpan<float> x, Span<float> y)
        {
            int i = 0;
            Vector<float> two = new(2f);
            for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
                (Vector<float>.One - two / (Exponential(two * new Vector<float>(x.Slice(i))) + Vector<float>.One)).CopyTo(y.Slice(i));
            for (; i < y.Length; i++) y[i] = MathF.Tanh(x[i]);
        }
        """, Exponential);
}
