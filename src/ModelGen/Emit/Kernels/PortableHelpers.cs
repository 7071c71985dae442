using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Scalar loops of the portable profile. Four taps a pass: sums are loaded and stored a quarter as often.</summary>
internal static class PortableHelpers
{
    public static readonly Helper ClampRun = new("ClampRun", """
        // Keeps NaN, as ONNX Relu and Clip do.
        private static void ClampRun(Span<float> values, float low, float high)
        {
            for (int i = 0; i < values.Length; i++)
            {
                float x = values[i];
                values[i] = x < low ? low : x > high ? high : x;
            }
        }
        """);

    /// <summary>sums[i] += sum over taps of weights[tap] * source[offsets[tap] + i].</summary>
    public static Helper Accumulate(ElementType source, ElementType weight, ElementType offset)
    {
        string sum = source == ElementType.Float32
            ? "float" : "int",
            name = $"Accumulate{source}{(offset == ElementType.Int32 ? "" : "Near")}{(weight == ElementType.Int16 ? "Int16" : "")}";
        return new Helper(name, $$"""
            // sums[i] += sum of weights[k] * source[offsets[k] + i].
            private static void {{name}}(ReadOnlySpan<{{source.Keyword()}}> source, ReadOnlySpan<{{offset.Keyword()}}> offsets, ReadOnlySpan<{{weight.Keyword()}}> weights, Span<{{sum}}> sums)
            {
                int k = 0;
                for (; k <= offsets.Length - 4; k += 4)
                {
                    {{sum}} a = weights[k], b = weights[k + 1], c = weights[k + 2], d = weights[k + 3];
                    ReadOnlySpan<{{source.Keyword()}}> x = source.Slice(offsets[k], sums.Length), y = source.Slice(offsets[k + 1], sums.Length);
                    ReadOnlySpan<{{source.Keyword()}}> z = source.Slice(offsets[k + 2], sums.Length), w = source.Slice(offsets[k + 3], sums.Length);
                    for (int i = 0; i < sums.Length; i++) sums[i] += (a * x[i] + b * y[i]) + (c * z[i] + d * w[i]);
                }

                for (; k < offsets.Length; k++)
                {
                    {{sum}} a = weights[k];
                    ReadOnlySpan<{{source.Keyword()}}> x = source.Slice(offsets[k], sums.Length);
                    for (int i = 0; i < sums.Length; i++) sums[i] += a * x[i];
                }
            }
            """);
    }

    /// <summary>Requantizes a run of sums that share a multiplier.</summary>
    public static Helper RequantizeRun(ElementType output) => new("RequantizeRun" + output, $$"""
        private static void RequantizeRun{{output}}(ReadOnlySpan<int> sums, Span<{{output.Keyword()}}> output, float multiplier, float low, float high, int zeroPoint)
        {
            for (int i = 0; i < sums.Length; i++) output[i] = ({{output.Keyword()}})Requantize(sums[i], multiplier, low, high, zeroPoint);
        }
        """, VectorHelpers.RequantizeScalar);
}
