using System.Linq;
using System.Text;

namespace ModelGen.Emit.Kernels;

/// <summary>Functions that the class library lacks.</summary>
internal static class FunctionHelpers
{
    /// <summary>Modern: the functions of gates for eight or sixteen units at a time.</summary>
    public static readonly Helper Gates = new("VectorGates", $"""
        // Hyperbolic tangent, to 4e-7: a quotient of polynomials of degree 9 and 8, fitted for the least relative error up to 9; beyond that it is 1.
        // The sigmoid, 1 / (1 + exp(-x)), is half of 1 + tanh(x / 2), to 2e-7. Callers with several quotients divide their uppers by their lowers at once.
        {Functions(256, "At")}

        {Functions(512, "AtWide")}
        """, VectorHelpers.MultiplyAdd, VectorHelpers.Clamp);

    private static string Functions(int width, string at)
    {
        string v = $"Vector{width}<float>", create = $"Vector{width}.Create", method = "[MethodImpl(MethodImplOptions.AggressiveInlining)]\nprivate static";
        string Quotient(params string[] coefficients)
        {
            var text = new StringBuilder($"\n    x = Clamp(x, -9f, 9f);\n    {v} z = x * x, sum = {create}({coefficients[0]}f);\n");
            foreach (string coefficient in coefficients.Skip(1)) text.Append($"    sum = MultiplyAdd(sum, z, {create}({coefficient}f));\n");
            return text.ToString();
        }

        return $$"""
            {{method}} {{v}} Tanh({{v}} x) => TanhUpper(x) / TanhLower(x);

            {{method}} {{v}} Sigmoid({{v}} x) => SigmoidUpper(x) / SigmoidLower(x);

            {{method}} {{v}} TanhUpper({{v}} x)
            {{{Quotient("1.335492605e-8", "2.060930092e-5", "3.495602636e-3", "0.1338103861", "1")}}    return x * sum;
            }

            {{method}} {{v}} TanhLower({{v}} x)
            {{{Quotient("7.776674238e-7", "3.285657731e-4", "2.58770399e-2", "0.4671435356", "1")}}    return sum;
            }

            {{method}} {{v}} SigmoidUpper({{v}} x)
            {
                x *= {{create}}(0.5f);
                return (TanhUpper(x) + TanhLower(x)) * {{create}}(0.5f);
            }

            {{method}} {{v}} SigmoidLower({{v}} x) => TanhLower(x * {{create}}(0.5f));

            {{method}} {{v}} {{at}}(ReadOnlySpan<float> x, int i) => Vector{{width}}.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

            {{method}} void Set(Span<float> y, int i, {{v}} x) => x.StoreUnsafe(ref MemoryMarshal.GetReference(y), (nuint)i);
            """;
    }

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
