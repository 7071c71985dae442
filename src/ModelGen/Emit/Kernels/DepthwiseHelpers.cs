using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Depthwise convolution, modern profile: one channel at a time, in planes that stay in the first-level cache.</summary>
internal static class DepthwiseHelpers
{
    /// <summary>Lays a channel out as a plane for each column of the window.</summary>
    public static readonly Helper PackShifted = new("PackShifted", """
        // Lays a channel out as a plane for each column of the window, shifted so that an output lies where its input does; rows by the phases of
        // the stride. What padding covers is left as it is.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackShifted(
            ref float channel, ref float planes, int height, int width, int outputWidth, int kernelWidth, int dilationX, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int rows)
        {
            for (int column = 0; column < kernelWidth; column++, planes = ref Unsafe.Add(ref planes, phasesY * rows * outputWidth))
            {
                int shift = column * dilationX - padLeft, begin = shift >= 0 ? 0 : (strideX - 1 - shift) / strideX;
                int end = Math.Min(outputWidth, shift >= width ? 0 : (width - 1 - shift) / strideX + 1);
                if (strideX == 1 && strideY == 1 && outputWidth == width)
                {
                    // All rows at once; what came from a neighbouring row is padding.
                    int lines = Math.Min(height, rows - padTop), from = Math.Max(shift, 0), to = Math.Max(-shift, 0);
                    ref float target = ref Unsafe.Add(ref planes, padTop * width);
                    CopyRow(ref Unsafe.Add(ref channel, from), ref Unsafe.Add(ref target, to), lines * width - from - to, 1, 0);
                    for (int y = 0; y < lines; y++, target = ref Unsafe.Add(ref target, width))
                    {
                        for (int x = 0; x < begin; x++) Unsafe.Add(ref target, x) = 0;
                        for (int x = end; x < width; x++) Unsafe.Add(ref target, x) = 0;
                    }

                    continue;
                }

                for (int y = 0, row = padTop; y < height && row / strideY < rows; y++, row++)
                {
                    if (row % strideY >= phasesY) continue;
                    int from = y * width + begin * strideX + shift, to = (row % strideY * rows + row / strideY) * outputWidth + begin;
                    CopyRow(ref Unsafe.Add(ref channel, from), ref Unsafe.Add(ref planes, to), end - begin, strideX, height * width - from);
                }
            }
        }
        """, PackingHelpers.CopyRow);

    /// <summary>One output channel.</summary>
    public static readonly Helper ConvolveChannel = new("ConvolveChannel", """
        // output[y * length + i] = clamp(bias + sum of weights[k] * planes[offsets[k] + y * pitch + i]) for i in [0, length) and y in [0, rows).
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void ConvolveChannel(
            ref float planes, ref int offsets, int taps, ref float weights, float bias, ref float output, int rows, int length, int pitch, float low, float high)
        {
            for (int row = 0; row < rows; row++, planes = ref Unsafe.Add(ref planes, pitch), output = ref Unsafe.Add(ref output, length))
            {
                int i = 0;
                for (; i <= length - 32; i += 32)
                {
                    Vector256<float> a = Vector256.Create(bias), b = a, c = a, d = a;
                    for (int k = 0; k < taps; k++)
                    {
                        ref float x = ref Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i);
                        Vector256<float> w = Vector256.Create(Unsafe.Add(ref weights, k));
                        a = MultiplyAdd(Vector256.LoadUnsafe(ref x), w, a);
                        b = MultiplyAdd(Vector256.LoadUnsafe(ref x, 8), w, b);
                        c = MultiplyAdd(Vector256.LoadUnsafe(ref x, 16), w, c);
                        d = MultiplyAdd(Vector256.LoadUnsafe(ref x, 24), w, d);
                    }

                    ref float y = ref Unsafe.Add(ref output, i);
                    Clamp(a, low, high).StoreUnsafe(ref y);
                    Clamp(b, low, high).StoreUnsafe(ref y, 8);
                    Clamp(c, low, high).StoreUnsafe(ref y, 16);
                    Clamp(d, low, high).StoreUnsafe(ref y, 24);
                }

                // The last vectors are moved back to end with the row.
                while (length - i > 8 && length >= 16)
                {
                    i = Math.Min(i, length - 16);
                    Vector256<float> a = Vector256.Create(bias), b = a;
                    for (int k = 0; k < taps; k++)
                    {
                        ref float x = ref Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i);
                        Vector256<float> w = Vector256.Create(Unsafe.Add(ref weights, k));
                        a = MultiplyAdd(Vector256.LoadUnsafe(ref x), w, a);
                        b = MultiplyAdd(Vector256.LoadUnsafe(ref x, 8), w, b);
                    }

                    Clamp(a, low, high).StoreUnsafe(ref Unsafe.Add(ref output, i));
                    Clamp(b, low, high).StoreUnsafe(ref Unsafe.Add(ref output, i + 8));
                    i += 16;
                }

                while (i < length && length >= 8)
                {
                    i = Math.Min(i, length - 8);
                    Vector256<float> a = Vector256.Create(bias);
                    for (int k = 0; k < taps; k++)
                        a = MultiplyAdd(Vector256.LoadUnsafe(ref Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i)), Vector256.Create(Unsafe.Add(ref weights, k)), a);
                    Clamp(a, low, high).StoreUnsafe(ref Unsafe.Add(ref output, i));
                    i += 8;
                }

                for (; i < length; i++)
                {
                    float sum = bias;
                    for (int k = 0; k < taps; k++) sum += Unsafe.Add(ref weights, k) * Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i);
                    Unsafe.Add(ref output, i) = Clamp(sum, low, high);
                }
            }
        }
        """, VectorHelpers.MultiplyAdd, VectorHelpers.Clamp);

    /// <summary>Lays a channel of bytes out as a plane for each pair of columns of the window.</summary>
    /// <param name="element">Int8 or UInt8.</param>
    public static Helper PackShiftedPairs(ElementType element)
    {
        string type = element.Keyword(), name = "PackShiftedPairs" + element;
        return new Helper(name, $$"""
            // Lays a channel out as a plane of two 16-bit numbers an output for each pair of neighbouring columns of the window, shifted so that an
            // output lies where its inputs do; rows by the phases of the stride. Rows that padding covers are left as they are.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ref {{type}} channel, ref int planes, int height, int width, int outputWidth, int kernelWidth, int dilationX, int strideY, int strideX,
                int padTop, int padLeft, int phasesY, int rows, int padding)
            {
                for (int column = 0; column < kernelWidth; column += 2, planes = ref Unsafe.Add(ref planes, phasesY * rows * outputWidth))
                {
                    int first = column * dilationX - padLeft, second = column + 1 < kernelWidth ? first + dilationX : first;

                    // From begin to end both are inside.
                    int begin = first >= 0 ? 0 : (strideX - 1 - first) / strideX;
                    int end = Math.Min(outputWidth, second >= width ? 0 : (width - 1 - second) / strideX + 1);
                    begin = Math.Min(begin, outputWidth);
                    end = Math.Max(begin, end);
                    if (strideX == 1 && strideY == 1 && outputWidth == width)
                    {
                        // All rows at once, and then again what came from a neighbouring row.
                        int lines = Math.Min(height, rows - padTop), from = Math.Max(-first, 0), to = lines * width - Math.Max(second, 0);
                        ref int block = ref Unsafe.Add(ref planes, padTop * width);
                        if (to > from) WidenPairs(ref Unsafe.Add(ref channel, from + first), ref Unsafe.Add(ref channel, from + second), ref Unsafe.Add(ref block, from), to - from);
                        for (int y = 0; y < lines; y++, block = ref Unsafe.Add(ref block, width))
                        {
                            ref {{type}} line = ref Unsafe.Add(ref channel, y * width);
                            for (int x = 0; x < begin; x++) Unsafe.Add(ref block, x) = Pick(ref line, x + first, width, padding) & 0xFFFF | Pick(ref line, x + second, width, padding) << 16;
                            for (int x = end; x < width; x++) Unsafe.Add(ref block, x) = Pick(ref line, x + first, width, padding) & 0xFFFF | Pick(ref line, x + second, width, padding) << 16;
                        }

                        continue;
                    }

                    for (int y = 0, row = padTop; y < height && row / strideY < rows; y++, row++)
                    {
                        if (row % strideY >= phasesY) continue;
                        ref {{type}} source = ref Unsafe.Add(ref channel, y * width);
                        ref int target = ref Unsafe.Add(ref planes, (row % strideY * rows + row / strideY) * outputWidth);
                        int x = 0;
                        for (; x < begin; x++) Unsafe.Add(ref target, x) = Pick(ref source, x * strideX + first, width, padding) & 0xFFFF | Pick(ref source, x * strideX + second, width, padding) << 16;
                        if (strideX == 1)
                        {
                            WidenPairs(ref Unsafe.Add(ref source, x + first), ref Unsafe.Add(ref source, x + second), ref Unsafe.Add(ref target, x), end - x);
                            x = end;
                        }

                        for (; x < outputWidth; x++) Unsafe.Add(ref target, x) = Pick(ref source, x * strideX + first, width, padding) & 0xFFFF | Pick(ref source, x * strideX + second, width, padding) << 16;
                    }
                }
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static int Pick(ref {{type}} row, int x, int width, int padding) => (uint)x < (uint)width ? Unsafe.Add(ref row, x) : padding;
            """, PackingHelpers.WidenPairs);
    }

    /// <summary>One output channel on integers.</summary>
    /// <param name="weight">C# type of a pair of weights: short for two signed bytes, int for two 16-bit numbers.</param>
    public static Helper ConvolveChannelPairs(string weight)
    {
        string name = "ConvolveChannel" + (weight == "short" ? "Int8" : "Int16"), broadcast = weight == "short" ? "BroadcastPair256" : "Vector256.Create";
        string pair = weight == "short" ? "Pair(Unsafe.Add(ref weights, k))" : "Unsafe.Add(ref weights, k)";
        return new Helper(name, $$"""
            // output[y * length + i] = requantize(bias + sum of weights[k] * planes[offsets[k] + y * pitch + i]) for i in [0, length) and y in [0, rows); elements are
            // pairs of 16-bit numbers.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ref int planes, ref int offsets, int taps, ref {{weight}} weights, int bias, float multiplier, ref byte output, int rows, int length, int pitch, float low, float high, int zeroPoint)
            {
                Vector256<float> scale = Vector256.Create(multiplier);
                {{VectorHelpers.Limits("Vector256")}}
                {{VectorHelpers.Zero("Vector256")}}
                for (int row = 0; row < rows; row++, planes = ref Unsafe.Add(ref planes, pitch), output = ref Unsafe.Add(ref output, length))
                {
                    int i = 0;
                    for (; i <= length - 32; i += 32)
                    {
                        Vector256<int> a = Vector256.Create(bias), b = a, c = a, d = a;
                        for (int k = 0; k < taps; k++)
                        {
                            ref int x = ref Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i);
                            Vector256<int> w = {{broadcast}}(Unsafe.Add(ref weights, k));
                            a = MultiplyAddPairs(Vector256.LoadUnsafe(ref x), w, a);
                            b = MultiplyAddPairs(Vector256.LoadUnsafe(ref x, 8), w, b);
                            c = MultiplyAddPairs(Vector256.LoadUnsafe(ref x, 16), w, c);
                            d = MultiplyAddPairs(Vector256.LoadUnsafe(ref x, 24), w, d);
                        }

                        ref byte y = ref Unsafe.Add(ref output, i);
                        StoreBytes(Requantize(a, scale, {{VectorHelpers.RequantizeArguments}}), ref y);
                        StoreBytes(Requantize(b, scale, {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref y, 8));
                        StoreBytes(Requantize(c, scale, {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref y, 16));
                        StoreBytes(Requantize(d, scale, {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref y, 24));
                    }

                    // The last vectors are moved back to end with the row.
                    while (length - i > 8 && length >= 16)
                    {
                        i = Math.Min(i, length - 16);
                        Vector256<int> a = Vector256.Create(bias), b = a;
                        for (int k = 0; k < taps; k++)
                        {
                            ref int x = ref Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i);
                            Vector256<int> w = {{broadcast}}(Unsafe.Add(ref weights, k));
                            a = MultiplyAddPairs(Vector256.LoadUnsafe(ref x), w, a);
                            b = MultiplyAddPairs(Vector256.LoadUnsafe(ref x, 8), w, b);
                        }

                        StoreBytes(Requantize(a, scale, {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref output, i));
                        StoreBytes(Requantize(b, scale, {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref output, i + 8));
                        i += 16;
                    }

                    while (i < length && length >= 8)
                    {
                        i = Math.Min(i, length - 8);
                        Vector256<int> a = Vector256.Create(bias);
                        for (int k = 0; k < taps; k++)
                            a = MultiplyAddPairs(Vector256.LoadUnsafe(ref Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i)), {{broadcast}}(Unsafe.Add(ref weights, k)), a);
                        StoreBytes(Requantize(a, scale, {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref output, i));
                        i += 8;
                    }

                    for (; i < length; i++)
                    {
                        int sum = bias;
                        for (int k = 0; k < taps; k++)
                        {
                            int pair = Unsafe.Add(ref planes, Unsafe.Add(ref offsets, k) + i), weight = {{pair}};
                            sum += unchecked((short)weight * (short)pair) + (weight >> 16) * (pair >> 16);
                        }

                        Unsafe.Add(ref output, i) = unchecked((byte)Requantize(sum, multiplier, low, high, zeroPoint));
                    }
                }
            }
            """, weight == "short" ? [VectorHelpers.MultiplyAddPairs, VectorHelpers.Requantize, VectorHelpers.StoreBytes, VectorHelpers.Pair, VectorHelpers.BroadcastPair]
                : [VectorHelpers.MultiplyAddPairs, VectorHelpers.Requantize, VectorHelpers.StoreBytes]);
    }
}
