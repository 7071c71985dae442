using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Helpers that lay inputs out for kernels over pixels.</summary>
internal static class PackingHelpers
{
    /// <summary>Both profiles: splits padded channels into phase planes (see ConvolutionGeometry).</summary>
    public static readonly Helper PackPlanes = new("PackPlanes", """
        // Lays channels out as planes with padding inside; a stride splits each into phases: phase (y, x) holds rows y, y + strideY, ... and columns x, x + strideX, ...
        private static void PackPlanes<T>(
            ReadOnlySpan<T> input, Span<T> planes, int channels, int height, int width, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int phasesX, int rows, int columns, T padding)
            where T : struct
        {
            planes.Fill(padding);
            int plane = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                for (int phase = 0; phase < phasesY * phasesX; phase++, plane += rows * columns + 1)
                {
                    int shiftX = phase % phasesX - padLeft, shiftY = phase / phasesX - padTop;
                    int begin = shiftX >= 0 ? 0 : (strideX - 1 - shiftX) / strideX;
                    int count = Math.Min(columns, shiftX >= width ? 0 : (width - 1 - shiftX) / strideX + 1) - begin;
                    for (int row = shiftY >= 0 ? 0 : (strideY - 1 - shiftY) / strideY; row < rows && row * strideY + shiftY < height; row++)
                    {
                        int from = (channel * height + row * strideY + shiftY) * width + begin * strideX + shiftX, to = plane + row * columns + begin;
                        if (strideX == 1 && count >= 16) input.Slice(from, count).CopyTo(planes.Slice(to));
                        else for (int i = 0; i < count; i++) planes[to + i] = input[from + i * strideX];
                    }
                }
            }
        }
        """);

    /// <summary>Both profiles: copies rows that lie <c>pitch</c> apart together.</summary>
    public static readonly Helper CloseGaps = new("CloseGaps", """
        // Moves rows that lie pitch apart side by side.
        private static void CloseGaps<T>(ReadOnlySpan<T> gapped, Span<T> output, int planes, int rows, int columns, int pitch, int size)
            where T : struct
        {
            for (int plane = 0; plane < planes; plane++)
            {
                for (int row = 0; row < rows; row++)
                {
                    int from = plane * size + row * pitch, to = (plane * rows + row) * columns;
                    if (columns >= 16) gapped.Slice(from, columns).CopyTo(output.Slice(to));
                    else for (int i = 0; i < columns; i++) output[to + i] = gapped[from + i];
                }
            }
        }
        """);

    private static readonly Helper WidenPairs = new("WidenPairs", """
        // pairs[i] = two 16-bit numbers: first[i] and second[i].
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WidenPairs(ref sbyte first, ref sbyte second, ref int pairs, int length)
        {
            int i = 0;
            for (; i <= length - 8; i += 8)
            {
                Vector128<short> a = Vector128.WidenLower(Vector64.LoadUnsafe(ref Unsafe.Add(ref first, i)).ToVector128Unsafe());
                Vector128<short> b = Vector128.WidenLower(Vector64.LoadUnsafe(ref Unsafe.Add(ref second, i)).ToVector128Unsafe());
                StorePairs(a, b, ref Unsafe.Add(ref pairs, i));
            }

            for (; i < length; i++) Unsafe.Add(ref pairs, i) = Unsafe.Add(ref first, i) & 0xFFFF | Unsafe.Add(ref second, i) << 16;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WidenPairs(ref byte first, ref byte second, ref int pairs, int length)
        {
            int i = 0;
            for (; i <= length - 8; i += 8)
            {
                Vector128<short> a = Vector128.WidenLower(Vector64.LoadUnsafe(ref Unsafe.Add(ref first, i)).ToVector128Unsafe()).AsInt16();
                Vector128<short> b = Vector128.WidenLower(Vector64.LoadUnsafe(ref Unsafe.Add(ref second, i)).ToVector128Unsafe()).AsInt16();
                StorePairs(a, b, ref Unsafe.Add(ref pairs, i));
            }

            for (; i < length; i++) Unsafe.Add(ref pairs, i) = Unsafe.Add(ref first, i) | Unsafe.Add(ref second, i) << 16;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StorePairs(Vector128<short> a, Vector128<short> b, ref int pairs)
        {
            Vector128<int> mask = Vector128.Create(0xFFFF);
            (Vector128.WidenLower(a) & mask | Vector128.ShiftLeft(Vector128.WidenLower(b), 16)).StoreUnsafe(ref pairs);
            (Vector128.WidenUpper(a) & mask | Vector128.ShiftLeft(Vector128.WidenUpper(b), 16)).StoreUnsafe(ref pairs, 4);
        }
        """);

    /// <summary>Modern: pairs of neighbouring channels of a group.</summary>
    public static Helper PairChannels(ElementType element) => new("PairChannels" + Suffix(element), $$"""
        // Joins channels 2p and 2p + 1 of each group to planes of pairs; a last odd channel is paired with itself and meets a zero weight.
        private static void PairChannels{{Suffix(element)}}(ReadOnlySpan<{{element.Keyword()}}> input, Span<int> pairs, int groups, int channels, int size)
        {
            ref {{element.Keyword()}} source = ref MemoryMarshal.GetReference(input);
            ref int target = ref MemoryMarshal.GetReference(pairs);
            for (int group = 0; group < groups; group++)
            {
                for (int channel = 0; channel < channels; channel += 2)
                {
                    ref {{element.Keyword()}} first = ref Unsafe.Add(ref source, (group * channels + channel) * size);
                    WidenPairs(ref first, ref Unsafe.Add(ref first, channel + 1 < channels ? size : 0), ref target, size);
                    target = ref Unsafe.Add(ref target, size);
                }
            }
        }
        """, WidenPairs);

    /// <summary>Modern: pairs of neighbouring pixels.</summary>
    public static Helper PairPixels(ElementType element) => new("PairPixels" + Suffix(element), $$"""
        // Joins each pixel with the next one.
        private static void PairPixels{{Suffix(element)}}(ReadOnlySpan<{{element.Keyword()}}> input, Span<int> pairs)
        {
            ref {{element.Keyword()}} source = ref MemoryMarshal.GetReference(input);
            int last = pairs.Length - 1;
            WidenPairs(ref source, ref Unsafe.Add(ref source, 1), ref MemoryMarshal.GetReference(pairs), last);
            pairs[last] = input[last] & 0xFFFF;
        }
        """, WidenPairs);

    /// <summary>Modern: neighbouring elements of a vector as pairs; a last odd one with zero.</summary>
    public static Helper PairElements(ElementType element) => new("PairElements" + Suffix(element), $$"""
        // pairs[i] = elements 2i and 2i + 1 as two 16-bit numbers; a last odd one is paired with zero.
        private static void PairElements{{Suffix(element)}}(ReadOnlySpan<{{element.Keyword()}}> input, Span<int> pairs)
        {
            for (int i = 0; i < input.Length / 2; i++) pairs[i] = input[2 * i] & 0xFFFF | input[2 * i + 1] << 16;
            if (input.Length % 2 != 0) pairs[pairs.Length - 1] = input[input.Length - 1] & 0xFFFF;
        }
        """);

    private static string Suffix(ElementType element) => element == ElementType.Int8 ? "Int8" : "UInt8";
}
