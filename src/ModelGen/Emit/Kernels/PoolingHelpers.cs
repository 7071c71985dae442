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

    /// <summary>Modern: the largest of each window, channel by channel, with channels last.</summary>
    public static Helper MaximumChannels(ElementType element)
    {
        string type = element.Keyword(), name = "MaximumChannels" + element;
        return new Helper(name, $$"""
            // output[row][column][channel] = largest of a window of the input; its lines lie line apart, its columns step. The last vector is moved back to end with the channels.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ReadOnlySpan<{{type}}> input, Span<{{type}}> output, int rows, int columns, int channels, int rowPitch, int columnPitch, int kernelHeight, int kernelWidth, int line, int step)
            {
                ref {{type}} y = ref MemoryMarshal.GetReference(output);
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++, y = ref Unsafe.Add(ref y, channels))
                    {
                        ref {{type}} x = ref Unsafe.Add(ref MemoryMarshal.GetReference(input), row * rowPitch + column * columnPitch);
                        int channel = 0;
                        while (channel < channels && channels >= Vector<{{type}}>.Count)
                        {
                            channel = Math.Min(channel, channels - Vector<{{type}}>.Count);
                            Vector<{{type}}> largest = Vector.LoadUnsafe(ref x, (nuint)channel);
                            for (int i = 0; i < kernelHeight; i++)
                                for (int j = 0; j < kernelWidth; j++) largest = Vector.Max(largest, Vector.LoadUnsafe(ref x, (nuint)(i * line + j * step + channel)));
                            largest.StoreUnsafe(ref y, (nuint)channel);
                            channel += Vector<{{type}}>.Count;
                        }

                        for (; channel < channels; channel++)
                        {
                            {{type}} largest = Unsafe.Add(ref x, channel);
                            for (int i = 0; i < kernelHeight; i++)
                                for (int j = 0; j < kernelWidth; j++) largest = Math.Max(largest, Unsafe.Add(ref x, i * line + j * step + channel));
                            Unsafe.Add(ref y, channel) = largest;
                        }
                    }
                }
            }
            """);
    }

    /// <summary>Modern: the largest of each square of four.</summary>
    /// <param name="element">Float32, Int8 or UInt8.</param>
    public static Helper Maximum2x2(ElementType element)
    {
        string name = "Maximum2x2" + element, type = element.Keyword();
        return new Helper(name, $$"""
            // output[row][i] = largest of source[2 * row][2 * i], the element to its right and the two below; rows of the source are width apart.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(ReadOnlySpan<{{type}}> source, Span<{{type}}> output, int rows, int columns, int width)
            {
                ref {{type}} x = ref MemoryMarshal.GetReference(source), y = ref MemoryMarshal.GetReference(output);
                for (int row = 0; row < rows; row++, x = ref Unsafe.Add(ref x, 2 * width), y = ref Unsafe.Add(ref y, columns))
                {
                    ref {{type}} below = ref Unsafe.Add(ref x, width);
                    int i = 0;
            {{(element == ElementType.Float32 ? Floats2x2 : Bytes2x2(element))}}
                    for (; i < columns; i++)
                    {
                        {{type}} left = Math.Max(Unsafe.Add(ref x, 2 * i), Unsafe.Add(ref below, 2 * i));
                        Unsafe.Add(ref y, i) = Math.Max(left, Math.Max(Unsafe.Add(ref x, 2 * i + 1), Unsafe.Add(ref below, 2 * i + 1)));
                    }
                }
            }{{(element == ElementType.Float32 ? "" : Neighbours(element))}}
            """, element == ElementType.Float32 ? [] : [VectorHelpers.LoadEight(element)]);
    }

    private const string Floats2x2 = """
                    for (; i <= columns - 4 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported); i += 4)
                    {
                        Vector128<float> a = Vector128.Max(Vector128.LoadUnsafe(ref x, (nuint)(2 * i)), Vector128.LoadUnsafe(ref below, (nuint)(2 * i)));
                        Vector128<float> b = Vector128.Max(Vector128.LoadUnsafe(ref x, (nuint)(2 * i) + 4), Vector128.LoadUnsafe(ref below, (nuint)(2 * i) + 4));
                        Vector128<float> left = Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(a, b);
                        Vector128<float> right = Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01) : AdvSimd.Arm64.UnzipOdd(a, b);
                        Vector128.Max(left, right).StoreUnsafe(ref y, (nuint)i);
                    }

        """;

    private static string Bytes2x2(ElementType element)
    {
        string type = element.Keyword(), vector = element == ElementType.Int8 ? "Vector128<short>" : "Vector128<ushort>";
        return $$"""
                    for (; i <= columns - 16; i += 16)
                    {
                        Vector128<{{type}}> a = Vector128.Max(Vector128.LoadUnsafe(ref x, (nuint)(2 * i)), Vector128.LoadUnsafe(ref below, (nuint)(2 * i)));
                        Vector128<{{type}}> b = Vector128.Max(Vector128.LoadUnsafe(ref x, (nuint)(2 * i) + 16), Vector128.LoadUnsafe(ref below, (nuint)(2 * i) + 16));
                        Vector128.Narrow(MaximumOfNeighbours(a), MaximumOfNeighbours(b)).StoreUnsafe(ref y, (nuint)i);
                    }

                    for (; i <= columns - 8; i += 8)
                    {
                        {{vector}} a = MaximumOfNeighbours(Vector128.Max(Vector128.LoadUnsafe(ref x, (nuint)(2 * i)), Vector128.LoadUnsafe(ref below, (nuint)(2 * i))));
                        Unsafe.WriteUnaligned(ref Unsafe.As<{{type}}, byte>(ref Unsafe.Add(ref y, i)), Vector128.Narrow(a, a).AsUInt64().ToScalar());
                    }

                    for (; i <= columns - 4; i += 4)
                    {
                        {{vector}} a = MaximumOfNeighbours(Vector128.Max(LoadEight(ref Unsafe.Add(ref x, 2 * i)), LoadEight(ref Unsafe.Add(ref below, 2 * i))));
                        Unsafe.WriteUnaligned(ref Unsafe.As<{{type}}, byte>(ref Unsafe.Add(ref y, i)), Vector128.Narrow(a, a).AsUInt32().ToScalar());
                    }

        """;
    }

    // Two neighbours are the halves of a 16-bit lane.
    private static string Neighbours(ElementType element)
    {
        string type = element.Keyword();
        (string lane, string cast, string left, string right) = element == ElementType.Int8
            ? ("short", "AsInt16", "Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(pairs, 8), 8)", "Vector128.ShiftRightArithmetic(pairs, 8)")
            : ("ushort", "AsUInt16", "pairs & Vector128.Create((ushort)0xFF)", "Vector128.ShiftRightLogical(pairs, 8)");
        return $$"""


            // The larger one of bytes 2i and 2i + 1.
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static Vector128<{{lane}}> MaximumOfNeighbours(Vector128<{{type}}> bytes)
            {
                Vector128<{{lane}}> pairs = bytes.{{cast}}();
                return Vector128.Max({{left}}, {{right}});
            }
            """;
    }
}
