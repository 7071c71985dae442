using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Helpers that prepare the left factor of an integer matrix product.</summary>
internal static class MatrixPackingHelpers
{
    /// <summary>
    /// Modern: rows minus the zero point as pairs of 16-bit numbers, with the bias that the zero point of the other factor makes.
    /// </summary>
    public static Helper CentreRows(ElementType element) => new("CentreRows" + element, $$"""
        // Neighbours of each row, minus zeroPoint, as pairs of 16-bit numbers (a last odd one with zero);
        // bias = -otherZeroPoint * their sum.
        private static void CentreRows{{element}}(
            ReadOnlySpan<{{element.Keyword()}}> input, Span<int> pairs, Span<int> bias, int length, int zeroPoint, int otherZeroPoint)
        {
            int next = 0;
            for (int row = 0; row < bias.Length; row++)
            {
                ReadOnlySpan<{{element.Keyword()}}> x = input.Slice(row * length, length);
                int sum = 0, i = 0;
                for (; i < x.Length - 1; i += 2)
                {
                    int first = x[i] - zeroPoint, second = x[i + 1] - zeroPoint;
                    sum += first + second;
                    pairs[next++] = first & 0xFFFF | second << 16;
                }

                if (i < x.Length)
                {
                    int last = x[i] - zeroPoint;
                    sum += last;
                    pairs[next++] = last & 0xFFFF;
                }

                bias[row] = -otherZeroPoint * sum;
            }
        }
        """);

    /// <summary>Portable: one row minus the zero point; gives its bias.</summary>
    public static Helper CentreRow(ElementType element) => new("CentreRow" + element, $$"""
        // A row minus zeroPoint; gives -otherZeroPoint * its sum.
        private static int CentreRow{{element}}(
            ReadOnlySpan<{{element.Keyword()}}> input, Span<short> centred, int zeroPoint, int otherZeroPoint)
        {
            int sum = 0;
            for (int i = 0; i < centred.Length; i++)
            {
                centred[i] = (short)(input[i] - zeroPoint);
                sum += centred[i];
            }

            return -otherZeroPoint * sum;
        }
        """);
}
