using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Helpers that lay inputs out for kernels over pixels.</summary>
internal static class PackingHelpers
{
    /// <summary>Modern: a row. Unlike a copy of spans this needs no call, which is what short rows spend their time on.</summary>
    public static readonly Helper CopyRow = new("CopyRow", """
        // target[i] = source[i * stride]; that many elements from source on may be read.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void CopyRow<T>(ref T source, ref T target, int count, int stride, int readable)
            where T : struct
        {
            int i = 0, lanes = Vector128<T>.Count;
            if (stride == 1)
            {
                for (; Vector512.IsHardwareAccelerated && i <= count - 4 * lanes; i += 4 * lanes) Vector512.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
                for (; i <= count - 2 * lanes; i += 2 * lanes) Vector256.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
                for (; i <= count - lanes; i += lanes) Vector128.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
                if (Unsafe.SizeOf<T>() == 1 && i <= count - 8)
                {
                    Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, i)), Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, i))));
                    i += 8;
                }
            }
            else if (stride == 2 && Unsafe.SizeOf<T>() == 1)
            {
                Vector128<ushort> even = Vector128.Create((ushort)0xFF);
                for (; i <= count - 16 && 2 * i + 32 <= readable; i += 16)
                {
                    Vector128<ushort> a = Vector128.LoadUnsafe(ref source, (nuint)(2 * i)).AsUInt16() & even, b = Vector128.LoadUnsafe(ref source, (nuint)(2 * i) + 16).AsUInt16() & even;
                    Vector128.Narrow(a, b).As<byte, T>().StoreUnsafe(ref target, (nuint)i);
                }

                if (i <= count - 8 && 2 * i + 16 <= readable)
                {
                    Vector128<ushort> a = Vector128.LoadUnsafe(ref source, (nuint)(2 * i)).AsUInt16() & even;
                    Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref target, i)), Vector128.Narrow(a, a).AsUInt64().ToScalar());
                    i += 8;
                }
            }
            else if (stride == 2 && Unsafe.SizeOf<T>() == 4 && Avx512F.IsSupported && count >= 16 && 2 * count <= readable)
            {
                // The last vector is moved back to end with the row.
                Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
                for (; i < count; i += 16)
                {
                    i = Math.Min(i, count - 16);
                    Vector512<int> a = Vector512.LoadUnsafe(ref source, (nuint)(2 * i)).AsInt32(), b = Vector512.LoadUnsafe(ref source, (nuint)(2 * i) + 16).AsInt32();
                    Avx512F.PermuteVar16x32x2(a, even, b).As<int, T>().StoreUnsafe(ref target, (nuint)i);
                }
            }
            else if (stride == 2 && Unsafe.SizeOf<T>() == 4 && Avx512F.IsSupported && count == 8 && readable >= 16)
            {
                Vector512<int> even = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 0, 0, 0, 0, 0, 0, 0, 0);
                Avx512F.PermuteVar16x32(Vector512.LoadUnsafe(ref source).AsInt32(), even).GetLower().As<int, T>().StoreUnsafe(ref target);
                i = count;
            }
            else if (stride == 2 && Unsafe.SizeOf<T>() == 4 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
            {
                for (; i <= count - 4 && 2 * i + 8 <= readable; i += 4)
                {
                    Vector128<float> a = Vector128.LoadUnsafe(ref source, (nuint)(2 * i)).AsSingle(), b = Vector128.LoadUnsafe(ref source, (nuint)(2 * i) + 4).AsSingle();
                    (Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(a, b)).As<float, T>().StoreUnsafe(ref target, (nuint)i);
                }
            }

            for (; i < count; i++) Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i * stride);
        }
        """);

    /// <summary>Modern: splits channels into phase planes (see ConvolutionGeometry) and leaves the padding as it is.</summary>
    public static readonly Helper CopyPlanes = new("CopyPlanes", """
        // Lays channels out as planes with room for padding; a stride splits each into phases: phase (y, x) holds rows y, y + strideY, ... and columns x, x + strideX, ...
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void CopyPlanes<T>(
            ReadOnlySpan<T> input, ref T plane, int channels, int height, int width, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int phasesX, int rows, int columns, int size)
            where T : struct
        {
            ref T source = ref MemoryMarshal.GetReference(input);
            for (int channel = 0; channel < channels; channel++)
            {
                for (int phaseY = 0; phaseY < phasesY; phaseY++)
                {
                    int shiftY = phaseY - padTop, top = Steps(-shiftY, strideY), bottom = Math.Min(rows, Steps(height - shiftY, strideY));
                    for (int phaseX = 0; phaseX < phasesX; phaseX++, plane = ref Unsafe.Add(ref plane, size))
                    {
                        int shiftX = phaseX - padLeft, begin = Steps(-shiftX, strideX), count = Math.Min(columns, Steps(width - shiftX, strideX)) - begin;
                        for (int row = top; row < bottom; row++)
                        {
                            int from = (channel * height + row * strideY + shiftY) * width + begin * strideX + shiftX;
                            CopyRow(ref Unsafe.Add(ref source, from), ref Unsafe.Add(ref plane, row * columns + begin), count, strideX, input.Length - from);
                        }
                    }
                }
            }
        }

        // How many of 0, stride, 2 * stride, ... are below length.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Steps(int length, int stride) => length <= 0 ? 0 : stride == 1 ? length : (length + stride - 1) / stride;
        """, CopyRow);

    /// <summary>Modern: the padding of lines.</summary>
    public static readonly Helper FillEnds = new("FillEnds", """
        // Fills lines up to head, perhaps somewhat farther, and from tail on.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void FillEnds<T>(Span<T> lines, T value, int size, int head, int tail)
            where T : struct
        {
            for (int line = 0; line < lines.Length; line += size)
            {
                ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(lines), line);
                int i = 0;
                for (; i < head && i <= size - Vector<T>.Count; i += Vector<T>.Count) new Vector<T>(value).StoreUnsafe(ref x, (nuint)i);
                for (; i < head; i++) Unsafe.Add(ref x, i) = value;
                for (i = tail; i < size; i++) Unsafe.Add(ref x, i) = value;
            }
        }
        """);

    /// <summary>Modern: splits padded channels into phase planes (see ConvolutionGeometry).</summary>
    private static readonly Helper PackPlanesByVector = new("PackPlanes", """
        // CopyPlanes, with the padding.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackPlanes<T>(
            ReadOnlySpan<T> input, Span<T> planes, int channels, int height, int width, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int phasesX, int rows, int columns, T padding)
            where T : struct
        {
            int size = rows * columns + 1;
            if (height == 1 && rows == 1 && padTop == 0 && phasesY == 1) FillEnds(planes, padding, size, head: Math.Min(columns, padLeft), tail: Math.Min(columns, (width + padLeft) / strideX));
            else Fill(planes, padding);
            CopyPlanes(
                input, ref MemoryMarshal.GetReference(planes), channels, height, width, strideY, strideX, padTop, padLeft, phasesY, phasesX, rows, columns, size);
        }
        """, CopyPlanes, VectorHelpers.Fill, FillEnds);

    /// <summary>Modern: copies rows that lie <c>pitch</c> apart together.</summary>
    private static readonly Helper CloseGapsByVector = new("CloseGaps", """
        // Moves rows that lie pitch apart side by side.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void CloseGaps<T>(ReadOnlySpan<T> gapped, Span<T> output, int planes, int rows, int columns, int pitch, int size)
            where T : struct
        {
            ref T target = ref MemoryMarshal.GetReference(output);
            for (int plane = 0; plane < planes; plane++)
            {
                ref T source = ref Unsafe.Add(ref MemoryMarshal.GetReference(gapped), plane * size);
                for (int row = 0; row < rows; row++, source = ref Unsafe.Add(ref source, pitch), target = ref Unsafe.Add(ref target, columns))
                    CopyRow(ref source, ref target, columns, 1, columns);
            }
        }
        """, CopyRow);

    /// <summary>Splits padded channels into phase planes (see ConvolutionGeometry).</summary>
    /// <param name="isModern">Whether vectors are there.</param>
    public static Helper PackPlanes(bool isModern) => isModern ? PackPlanesByVector : PackPlanesPlain;

    /// <summary>Copies rows that lie <c>pitch</c> apart together.</summary>
    /// <param name="isModern">Whether vectors are there.</param>
    public static Helper CloseGaps(bool isModern) => isModern ? CloseGapsByVector : CloseGapsPlain;

    /// <summary>Portable: splits padded channels into phase planes (see ConvolutionGeometry).</summary>
    private static readonly Helper PackPlanesPlain = new("PackPlanes", """
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

    /// <summary>Portable: copies rows that lie <c>pitch</c> apart together.</summary>
    private static readonly Helper CloseGapsPlain = new("CloseGaps", """
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

    /// <summary>Modern: two runs of bytes as one of pairs of 16-bit numbers.</summary>
    public static readonly Helper WidenPairs = new("WidenPairs", $$"""
        // pairs[i] = two 16-bit numbers: first[i] and second[i].
        {{WidenPairsOf("sbyte", mask: " & 0xFFFF", vectorMask: " & Vector512.Create(0xFFFF)", cast: "")}}

        {{WidenPairsOf("byte", mask: "", vectorMask: "", cast: ".AsInt16()")}}

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StorePairs(Vector128<short> a, Vector128<short> b, ref int pairs)
        {
            if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported)
            {
                ZipLow(a, b).AsInt32().StoreUnsafe(ref pairs);
                ZipHigh(a, b).AsInt32().StoreUnsafe(ref pairs, 4);
                return;
            }

            Vector128<int> mask = Vector128.Create(0xFFFF);
            (Vector128.WidenLower(a) & mask | Vector128.ShiftLeft(Vector128.WidenLower(b), 16)).StoreUnsafe(ref pairs);
            (Vector128.WidenUpper(a) & mask | Vector128.ShiftLeft(Vector128.WidenUpper(b), 16)).StoreUnsafe(ref pairs, 4);
        }
        """, VectorHelpers.Zip("short"), VectorHelpers.LoadEight(ElementType.Int8), VectorHelpers.LoadEight(ElementType.UInt8));

    /// <summary>Modern: pairs of neighbouring channels of a group.</summary>
    public static Helper PairChannels(ElementType element) => new("PairChannels" + Suffix(element), $$"""
        // Joins channels 2p and 2p + 1 of each group, which lie a stride apart, to planes of pairs; a last odd channel is paired with itself and meets a zero weight.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PairChannels{{Suffix(element)}}(ReadOnlySpan<{{element.Keyword()}}> input, Span<int> pairs, int groups, int channels, int size, int stride)
        {
            ref {{element.Keyword()}} source = ref MemoryMarshal.GetReference(input);
            ref int target = ref MemoryMarshal.GetReference(pairs);
            for (int group = 0; group < groups; group++)
            {
                for (int channel = 0; channel < channels; channel += 2)
                {
                    ref {{element.Keyword()}} first = ref Unsafe.Add(ref source, (group * channels + channel) * stride);
                    WidenPairs(ref first, ref Unsafe.Add(ref first, channel + 1 < channels ? stride : 0), ref target, size);
                    target = ref Unsafe.Add(ref target, size);
                }
            }
        }
        """, WidenPairs);

    /// <summary>Modern: pairs of neighbouring pixels.</summary>
    public static Helper PairPixels(ElementType element) => new("PairPixels" + Suffix(element), $$"""
        // Joins each pixel with the next one.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PairElements{{Suffix(element)}}(ReadOnlySpan<{{element.Keyword()}}> input, Span<int> pairs)
        {
            for (int i = 0; i < input.Length / 2; i++) pairs[i] = input[2 * i] & 0xFFFF | input[2 * i + 1] << 16;
            if (input.Length % 2 != 0) pairs[pairs.Length - 1] = input[input.Length - 1] & 0xFFFF;
        }
        """);

    // Signed bytes are widened with their sign, which has to leave the place of the second number.
    private static string WidenPairsOf(string type, string mask, string vectorMask, string cast) => $$"""
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WidenPairs(ref {{type}} first, ref {{type}} second, ref int pairs, int length)
        {
            int i = 0;
            for (; Avx512F.IsSupported && i <= length - 16; i += 16) WidenSixteenPairs(ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref pairs, i));
            for (; i <= length - 8; i += 8) WidenEightPairs(ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref pairs, i));
            for (; i < length; i++) Unsafe.Add(ref pairs, i) = Unsafe.Add(ref first, i){{mask}} | Unsafe.Add(ref second, i) << 16;
        }

        // Where AVX-512 is supported.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void WidenSixteenPairs(ref {{type}} first, ref {{type}} second, ref int pairs)
        {
            Vector512<int> a = Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref first)), b = Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref second));
            (a{{vectorMask}} | Vector512.ShiftLeft(b, 16)).StoreUnsafe(ref pairs);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void WidenEightPairs(ref {{type}} first, ref {{type}} second, ref int pairs)
        {
            Vector128<short> a = Vector128.WidenLower(LoadEight(ref first)){{cast}}, b = Vector128.WidenLower(LoadEight(ref second)){{cast}};
            StorePairs(a, b, ref pairs);
        }
        """;

    private static string Suffix(ElementType element) => element == ElementType.Int8 ? "Int8" : "UInt8";
}
