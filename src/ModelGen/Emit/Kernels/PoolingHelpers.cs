using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Loops of pooling.</summary>
internal static class PoolingHelpers
{
    public static readonly Helper Average = new("Average", """
        // output[i] = mean of source[offsets[k] + i]; divisors by position where padding does not count.
        private static void Average(ReadOnlySpan<float> source, ReadOnlySpan<int> offsets, Span<float> output, float divisor, ReadOnlySpan<float> divisors)
        {
            output.Clear();
            foreach (int offset in offsets)
            {
                ReadOnlySpan<float> x = source.Slice(offset, output.Length);
                for (int i = 0; i < output.Length; i++) output[i] += x[i];
            }

            for (int i = 0; i < output.Length; i++) output[i] /= divisors.IsEmpty ? divisor : divisors[i];
        }
        """);

    public static Helper Sum(ElementType element) => new("Sum" + element, $$"""
        // sums[i] = bias + sum of source[offsets[k] + i].
        private static void Sum{{element}}(ReadOnlySpan<{{element.Keyword()}}> source, ReadOnlySpan<int> offsets, Span<int> sums, int bias)
        {
            sums.Fill(bias);
            foreach (int offset in offsets)
            {
                ReadOnlySpan<{{element.Keyword()}}> x = source.Slice(offset, sums.Length);
                for (int i = 0; i < sums.Length; i++) sums[i] += x[i];
            }
        }
        """);

    public static Helper Maximum(ElementType element, bool modern) => new("Maximum" + element, modern ? $$"""
        // output[i] = largest of source[offsets[k] + i].
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Maximum{{element}}(ReadOnlySpan<{{element.Keyword()}}> source, ReadOnlySpan<int> offsets, Span<{{element.Keyword()}}> output)
        {
            int i = 0;
            for (; i <= output.Length - Vector<{{element.Keyword()}}>.Count; i += Vector<{{element.Keyword()}}>.Count)
            {
                var largest = new Vector<{{element.Keyword()}}>(source.Slice(offsets[0] + i));
                for (int k = 1; k < offsets.Length; k++) largest = Vector.Max(largest, new Vector<{{element.Keyword()}}>(source.Slice(offsets[k] + i)));
                largest.CopyTo(output.Slice(i));
            }

            for (; i < output.Length; i++)
            {
                {{element.Keyword()}} largest = source[offsets[0] + i];
                for (int k = 1; k < offsets.Length; k++) largest = Math.Max(largest, source[offsets[k] + i]);
                output[i] = largest;
            }
        }
        """ : $$"""
        // output[i] = largest of source[offsets[k] + i].
        private static void Maximum{{element}}(ReadOnlySpan<{{element.Keyword()}}> source, ReadOnlySpan<int> offsets, Span<{{element.Keyword()}}> output)
        {
            source.Slice(offsets[0], output.Length).CopyTo(output);
            for (int k = 1; k < offsets.Length; k++)
            {
                ReadOnlySpan<{{element.Keyword()}}> x = source.Slice(offsets[k], output.Length);
                for (int i = 0; i < output.Length; i++)
                    if (x[i] > output[i]) output[i] = x[i];
            }
        }
        """);
}
