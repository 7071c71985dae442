namespace ModelGen.Emit.Kernels;

/// <summary>Helpers that lay inputs out as pairs of bytes, for sums of 16 bits (see <see cref="ByteTileHelpers"/>).</summary>
internal static class BytePairHelpers
{
    private static readonly Helper PairVectors = new("PairVectors", """
        // Pairs of bytes, as unsigned ones: of 32 with 512 bits, and of 16.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PairThirtyTwo(ref byte first, ref byte second, ref ushort pairs, byte flip)
        {
            Vector256<byte> a = Vector256.LoadUnsafe(ref first) ^ Vector256.Create(flip), b = Vector256.LoadUnsafe(ref second) ^ Vector256.Create(flip);
            (Avx512BW.ConvertToVector512UInt16(a) | Vector512.ShiftLeft(Avx512BW.ConvertToVector512UInt16(b), 8)).StoreUnsafe(ref pairs);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PairSixteen(ref byte first, ref byte second, ref ushort pairs, byte flip)
        {
            Vector128<byte> a = Vector128.LoadUnsafe(ref first) ^ Vector128.Create(flip), b = Vector128.LoadUnsafe(ref second) ^ Vector128.Create(flip);
            if (Avx2.IsSupported)
            {
                (Avx2.ConvertToVector256Int16(a) | Vector256.ShiftLeft(Avx2.ConvertToVector256Int16(b), 8)).AsUInt16().StoreUnsafe(ref pairs);
                return;
            }

            (Vector128.WidenLower(a) | Vector128.ShiftLeft(Vector128.WidenLower(b), 8)).StoreUnsafe(ref pairs);
            (Vector128.WidenUpper(a) | Vector128.ShiftLeft(Vector128.WidenUpper(b), 8)).StoreUnsafe(ref pairs, 8);
        }
        """);

    private static readonly Helper PairBytes = new("PairBytes", """
        // pairs[i] = two bytes: first[i * stride] and second[i * stride], as unsigned ones; readable are the bytes from them on that may be read.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PairBytes(ref byte first, ref byte second, ref ushort pairs, int count, int stride, byte flip, int readable)
        {
            int i = 0;
            if (stride == 1)
            {
                Vector128<byte> flips = Vector128.Create(flip);
                for (; Avx512BW.IsSupported && i <= count - 32; i += 32) PairThirtyTwo(ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref pairs, i), flip);
                for (; i <= count - 16; i += 16) PairSixteen(ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref pairs, i), flip);
                for (; i <= count - 8; i += 8)
                {
                    Vector128<byte> a = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, i))).AsByte() ^ flips;
                    Vector128<byte> b = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref second, i))).AsByte() ^ flips;
                    (Vector128.WidenLower(a) | Vector128.ShiftLeft(Vector128.WidenLower(b), 8)).StoreUnsafe(ref pairs, (nuint)i);
                }
            }
            else if (stride == 2)
            {
                Vector128<ushort> flips = Vector128.Create((byte)flip).AsUInt16(), even = Vector128.Create((ushort)0xFF);
                for (; Vector256.IsHardwareAccelerated && i <= count - 16 && 2 * i + 32 <= readable; i += 16)
                {
                    Vector256<ushort> wide = Vector256.Create(flip).AsUInt16();
                    Vector256<ushort> a = Vector256.LoadUnsafe(ref first, (nuint)(2 * i)).AsUInt16() ^ wide, b = Vector256.LoadUnsafe(ref second, (nuint)(2 * i)).AsUInt16() ^ wide;
                    (a & Vector256.Create((ushort)0xFF) | Vector256.ShiftLeft(b, 8)).StoreUnsafe(ref pairs, (nuint)i);
                }

                for (; i <= count - 8 && 2 * i + 16 <= readable; i += 8)
                {
                    Vector128<ushort> a = Vector128.LoadUnsafe(ref first, (nuint)(2 * i)).AsUInt16() ^ flips, b = Vector128.LoadUnsafe(ref second, (nuint)(2 * i)).AsUInt16() ^ flips;
                    (a & even | Vector128.ShiftLeft(b, 8)).StoreUnsafe(ref pairs, (nuint)i);
                }
            }

            for (; i < count; i++) Unsafe.Add(ref pairs, i) = (ushort)((Unsafe.Add(ref first, i * stride) ^ flip) | (Unsafe.Add(ref second, i * stride) ^ flip) << 8);
        }
        """, PairVectors);

    private static readonly Helper PairPlaneRows = new("PairPlaneRows", """
        // Rows of pairs of bytes, where rows are whole vectors; says if they are.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static bool PairPlaneRows(ref byte first, ref byte second, ref ushort pairs, int rows, int width, int columns, byte flip)
        {
            if (width % 16 != 0) return false;
            for (; rows > 0; rows--, first = ref Unsafe.Add(ref first, width), second = ref Unsafe.Add(ref second, width), pairs = ref Unsafe.Add(ref pairs, columns))
            {
                int i = 0;
                for (; Avx512BW.IsSupported && i <= width - 32; i += 32) PairThirtyTwo(ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref pairs, i), flip);
                for (; i < width; i += 16) PairSixteen(ref Unsafe.Add(ref first, i), ref Unsafe.Add(ref second, i), ref Unsafe.Add(ref pairs, i), flip);
            }

            return true;
        }

        // The same with a stride of two: a row goes to two planes, and every second row to two others. Says if rows are whole vectors.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static bool PairPhases(
            ref byte first, ref byte second, ref ushort planes, int height, int width, int padTop, int padLeft, int rows, int columns, int size, byte flip)
        {
            int odd = (padLeft + 1) / 2, even = padLeft / 2;
            if (width % 16 != 0 || Math.Max(odd, even) + width / 2 > columns || (height - 1 + padTop) / 2 >= rows) return false;
            for (int y = padTop; y < height + padTop; y++, first = ref Unsafe.Add(ref first, width), second = ref Unsafe.Add(ref second, width))
            {
                ref ushort row = ref Unsafe.Add(ref planes, y % 2 * 2 * size + y / 2 * columns);
                ref ushort evens = ref Unsafe.Add(ref row, padLeft % 2 * size + even), odds = ref Unsafe.Add(ref row, (padLeft + 1) % 2 * size + odd);
                int i = 0;
                for (; Vector256.IsHardwareAccelerated && i <= width - 32; i += 32)
                {
                    Vector256<ushort> flips = Vector256.Create(flip).AsUInt16(), low = Vector256.Create((ushort)0xFF);
                    Vector256<ushort> a = Vector256.LoadUnsafe(ref first, (nuint)i).AsUInt16() ^ flips, b = Vector256.LoadUnsafe(ref second, (nuint)i).AsUInt16() ^ flips;
                    (a & low | Vector256.ShiftLeft(b, 8)).StoreUnsafe(ref evens, (nuint)(i / 2));
                    (Vector256.ShiftRightLogical(a, 8) | Vector256.AndNot(b, low)).StoreUnsafe(ref odds, (nuint)(i / 2));
                }

                for (; i < width; i += 16)
                {
                    Vector128<ushort> flips = Vector128.Create(flip).AsUInt16(), low = Vector128.Create((ushort)0xFF);
                    Vector128<ushort> a = Vector128.LoadUnsafe(ref first, (nuint)i).AsUInt16() ^ flips, b = Vector128.LoadUnsafe(ref second, (nuint)i).AsUInt16() ^ flips;
                    (a & low | Vector128.ShiftLeft(b, 8)).StoreUnsafe(ref evens, (nuint)(i / 2));
                    (Vector128.ShiftRightLogical(a, 8) | Vector128.AndNot(b, low)).StoreUnsafe(ref odds, (nuint)(i / 2));
                }
            }

            return true;
        }
        """, PairVectors);

    /// <summary>Modern: padded phase planes of two bytes a pixel, those of neighbouring channels of a group.</summary>
    public static readonly Helper PackChannelBytes = new("PackChannelBytes", """
        // Lays channels 2p and 2p + 1 of each group out as planes of pairs of bytes, with padding inside and a plane for each phase of a stride; a last odd channel is paired with itself and meets a zero weight. A flip of 128 makes unsigned bytes of signed ones.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackChannelBytes(
            ReadOnlySpan<byte> input, Span<ushort> pairs, int groups, int channels, int height, int width, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int phasesX, int rows, int columns, int size, byte flip, byte padding)
        {
            ref byte source = ref MemoryMarshal.GetReference(input);
            ref ushort plane = ref MemoryMarshal.GetReference(pairs);
            if (height == 1 && rows == 1 && padTop == 0 && phasesY == 1) FillEnds(pairs, (ushort)(padding * 0x101), size, head: Math.Min(columns, padLeft), tail: Math.Min(columns, (width + padLeft) / strideX));
            else if (strideX > 1 || strideY > 1 || rows != height || columns != width) Fill(pairs, (ushort)(padding * 0x101));
            for (int pair = 0; pair < groups * ((channels + 1) / 2); pair++)
            {
                int channel = pair / ((channels + 1) / 2) * channels + pair % ((channels + 1) / 2) * 2, start = channel * height * width;
                int second = channel % channels + 1 < channels ? height * width : 0;
                ref byte x = ref Unsafe.Add(ref source, start);
                if (strideX == 1 && strideY == 1 && padLeft + width <= columns && padTop + height <= rows
                        && PairPlaneRows(ref x, ref Unsafe.Add(ref x, second), ref Unsafe.Add(ref plane, padTop * columns + padLeft), height, width, columns, flip)
                    || strideX == 2 && strideY == 2 && phasesX == 2 && phasesY == 2
                        && PairPhases(ref x, ref Unsafe.Add(ref x, second), ref plane, height, width, padTop, padLeft, rows, columns, size, flip))
                {
                    plane = ref Unsafe.Add(ref plane, phasesX * phasesY * size);
                    continue;
                }

                for (int phase = 0; phase < phasesY * phasesX; phase++, plane = ref Unsafe.Add(ref plane, size))
                {
                    int shiftX = phase % phasesX - padLeft, shiftY = phase / phasesX - padTop;
                    int begin = shiftX >= 0 ? 0 : (strideX - 1 - shiftX) / strideX;
                    int count = Math.Min(columns, shiftX >= width ? 0 : (width - 1 - shiftX) / strideX + 1) - begin;
                    for (int row = shiftY >= 0 ? 0 : (strideY - 1 - shiftY) / strideY; row < rows && row * strideY + shiftY < height; row++)
                    {
                        int from = start + (row * strideY + shiftY) * width + begin * strideX + shiftX;
                        ref byte first = ref Unsafe.Add(ref source, from);
                        PairBytes(ref first, ref Unsafe.Add(ref first, second), ref Unsafe.Add(ref plane, row * columns + begin), count, strideX, flip, input.Length - from - second);
                    }
                }
            }
        }
        """, PairBytes, PairPlaneRows, VectorHelpers.Fill, PackingHelpers.FillEnds);

    /// <summary>Modern: phase planes of two bytes a pixel without padding beside them, and copies of them a pixel on.</summary>
    public static readonly Helper PackAlignedBytes = new("PackAlignedBytes", """
        // Lays channels 2p and 2p + 1 out as planes of pairs of bytes with padding above and below, rows as long as those of the output; behind them lies a copy for
        // each column of the window that begins a pixel before or behind, with padding where that is none. A last odd channel is paired with itself and meets a zero weight.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackAlignedBytes(
            ReadOnlySpan<byte> input, Span<ushort> pairs, int channels, int height, int width, int stride, int padTop, int padLeft, int kernelWidth, int rows, int size, byte flip, byte padding)
        {
            int columns = width / stride, length = rows * columns;
            ushort pad = (ushort)(padding * 0x101);
            ref byte source = ref MemoryMarshal.GetReference(input);
            ref ushort plane = ref MemoryMarshal.GetReference(pairs);
            for (int channel = 0; channel < channels; channel += 2)
            {
                ref byte first = ref Unsafe.Add(ref source, channel * height * width);
                int second = channel + 1 < channels ? height * width : 0;
                for (int phase = 0; phase < stride * stride; phase++)
                {
                    int y = phase / stride, begin = Math.Min((padTop - y + stride - 1) / stride, rows), end = Math.Min((padTop + height - 1 - y + stride) / stride, rows);
                    Span<ushort> rowsOfPhase = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref plane, phase * size), length);
                    Fill(rowsOfPhase.Slice(0, begin * columns), pad);
                    Fill(rowsOfPhase.Slice(end * columns), pad);
                }

                // Without a stride all rows are one.
                if (stride == 1) PairBytes(ref first, ref Unsafe.Add(ref first, second), ref Unsafe.Add(ref plane, padTop * columns), Math.Min(height, rows - padTop) * columns, 1, flip, 0);
                else if (!PairPhases(ref first, ref Unsafe.Add(ref first, second), ref plane, height, width, padTop, 0, rows, columns, size, flip))
                {
                    for (int y = 0; y < height && (y + padTop) / stride < rows; y++)
                    {
                        for (int x = 0; x < stride; x++)
                        {
                            int from = y * width + x, to = ((y + padTop) % stride * stride + x) * size + (y + padTop) / stride * columns;
                            PairBytes(ref Unsafe.Add(ref first, from), ref Unsafe.Add(ref first, from + second), ref Unsafe.Add(ref plane, to), columns, stride, flip, input.Length - channel * height * width - from - second);
                        }
                    }
                }

                ref ushort copy = ref Unsafe.Add(ref plane, stride * stride * size);
                for (int column = 0; column < kernelWidth; column++)
                {
                    int place = column - padLeft;
                    if (place >= 0 && place < stride) continue;
                    int x = place < 0 ? place + stride : place - stride, edge = place < 0 ? 0 : columns - 1;
                    for (int y = 0; y < stride; y++, copy = ref Unsafe.Add(ref copy, size))
                    {
                        ref ushort origin = ref Unsafe.Add(ref plane, (y * stride + x) * size);
                        CopyPairs(ref Unsafe.Add(ref origin, place < 0 ? 0 : 1), ref Unsafe.Add(ref copy, place < 0 ? 1 : 0), length - 1, place < 0 ? 31 : 32);
                        for (int i = edge; i < length; i += columns) Unsafe.Add(ref copy, i) = pad;
                    }
                }

                plane = ref copy;
            }
        }

        // At least 16 of them; the second vector of 512 bits begins where the target is aligned, the last one is moved back to end with them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void CopyPairs(ref ushort source, ref ushort target, int count, int second)
        {
            int i = 0;
            for (; Vector512.IsHardwareAccelerated && i <= count - 32; i += i == 0 ? second : 32) Vector512.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
            for (; i < count; i += 16)
            {
                i = Math.Min(i, count - 16);
                Vector256.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
            }
        }
        """, PairBytes, PairPlaneRows, VectorHelpers.Fill);

    /// <summary>Modern: padded phase planes of two bytes a pixel, its own and that of the next one.</summary>
    public static readonly Helper PackPixelBytes = new("PackPixelBytes", """
        // Lays channels out as planes of pairs of bytes, each pixel with the next one, with padding inside and a plane for each phase of a stride. A flip of 128 makes unsigned bytes of signed ones.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackPixelBytes(
            ReadOnlySpan<byte> input, Span<ushort> pairs, int channels, int height, int width, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int phasesX, int rows, int columns, int size, byte flip, byte padding)
        {
            ref byte source = ref MemoryMarshal.GetReference(input);
            ref ushort plane = ref MemoryMarshal.GetReference(pairs);
            Fill(pairs, (ushort)(padding * 0x101));
            for (int channel = 0; channel < channels; channel++)
            {
                for (int phase = 0; phase < phasesY * phasesX; phase++, plane = ref Unsafe.Add(ref plane, size))
                {
                    int shiftX = phase % phasesX - padLeft, shiftY = phase / phasesX - padTop;
                    int begin = shiftX >= 0 ? 0 : (strideX - 1 - shiftX) / strideX;
                    int count = Math.Min(columns, shiftX >= width ? 0 : (width - 1 - shiftX) / strideX + 1) - begin;
                    for (int row = shiftY >= 0 ? 0 : (strideY - 1 - shiftY) / strideY; row < rows && row * strideY + shiftY < height && count > 0; row++)
                    {
                        int from = (channel * height + row * strideY + shiftY) * width + begin * strideX + shiftX;
                        ref byte first = ref Unsafe.Add(ref source, from);
                        ref ushort target = ref Unsafe.Add(ref plane, row * columns + begin);
                        PairBytes(ref first, ref Unsafe.Add(ref first, strideX), ref target, count - 1, strideX, flip, input.Length - from - strideX);

                        // At the ends of a row pixels meet padding, or whatever is there: no result that is kept depends on it.
                        if (begin > 0) Unsafe.Add(ref target, -1) = (ushort)(padding | (first ^ flip) << 8);
                        Unsafe.Add(ref target, count - 1) = (ushort)(Unsafe.Add(ref first, (count - 1) * strideX) ^ flip | padding << 8);
                    }
                }
            }
        }
        """, PairBytes, VectorHelpers.Fill);
}
