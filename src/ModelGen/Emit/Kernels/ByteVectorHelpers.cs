using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Element-wise layers on bytes, modern profile: the same bits as the scalar code.</summary>
internal static class ByteVectorHelpers
{
    private static readonly Helper WidenEight = new("WidenEight", """
        // Eight bytes as 32-bit numbers. A flip of 128 reads signed bytes as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> WidenEight(ref byte x, byte flip)
        {
            Vector128<byte> bytes = LoadEight(ref x) ^ Vector128.Create(flip);
            if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(bytes);
            Vector128<ushort> shorts = Vector128.WidenLower(bytes);
            return Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32();
        }
        """, VectorHelpers.LoadEight(ElementType.UInt8));

    private static readonly Helper WidenSixteen = new("WidenSixteen", """
        // Sixteen bytes as 32-bit numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> WidenSixteen(ref byte x, byte flip)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref x) ^ Vector128.Create(flip);
            if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Int32(bytes);
            return Vector512.Create(WidenEight(ref x, flip), WidenEight(ref Unsafe.Add(ref x, 8), flip));
        }
        """, WidenEight);

    private static readonly Helper Quantize = new("QuantizeVectors", """
        // Quantize for vectors.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> Quantize(Vector512<float> scaled, float low, float high, int zeroPoint)
        {
            if (!Avx512F.IsSupported)
                return Vector512.Create(Quantize(scaled.GetLower(), low, high, zeroPoint), Quantize(scaled.GetUpper(), low, high, zeroPoint));
            scaled = Avx512F.Min(Avx512F.Max(scaled, Vector512.Create(low)), Vector512.Create(high));
            return (scaled + Vector512.Create(12582912f)).AsInt32() + Vector512.Create(zeroPoint - 0x4B400000);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> Quantize(Vector256<float> scaled, float low, float high, int zeroPoint)
        {
            Vector256<float> l = Vector256.Create(low), h = Vector256.Create(high);
            if (Avx.IsSupported)
            {
                scaled = Avx.Min(Avx.Max(scaled, l), h);
            }
            else
            {
                scaled = Vector256.ConditionalSelect(Vector256.GreaterThan(scaled, l), scaled, l);
                scaled = Vector256.ConditionalSelect(Vector256.LessThan(scaled, h), scaled, h);
            }

            return (scaled + Vector256.Create(12582912f)).AsInt32() + Vector256.Create(zeroPoint - 0x4B400000);
        }
        """, QuantizedEmitter.RoundScaled);

    /// <summary>The sum of two tensors of bytes, each multiplied on its way.</summary>
    public static readonly Helper AddScaled = new("AddScaled", """
        // output[i] = quantize((left[i] - leftZero) * leftScale + (right[i] - rightZero) * rightScale). Signed bytes are read as unsigned
        // ones that are 128 larger: their flip is 128, and their zero point 128 higher.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AddScaled(
            ReadOnlySpan<byte> left, byte leftFlip, int leftZero, float leftScale, ReadOnlySpan<byte> right, byte rightFlip, int rightZero, float rightScale,
            Span<byte> output, float low, float high, int zeroPoint)
        {
            ref byte x = ref MemoryMarshal.GetReference(left), y = ref MemoryMarshal.GetReference(right), z = ref MemoryMarshal.GetReference(output);
            Vector256<int> l = Vector256.Create(leftZero), r = Vector256.Create(rightZero);
            int i = 0;
            for (; Vector512.IsHardwareAccelerated && i <= output.Length - 16; i += 16)
            {
                Vector512<float> a = Vector512.ConvertToSingle(WidenSixteen(ref Unsafe.Add(ref x, i), leftFlip) - Vector512.Create(leftZero)) * leftScale;
                Vector512<float> b = Vector512.ConvertToSingle(WidenSixteen(ref Unsafe.Add(ref y, i), rightFlip) - Vector512.Create(rightZero)) * rightScale;
                StoreBytes(Quantize(a + b, low, high, zeroPoint), ref Unsafe.Add(ref z, i));
            }

            for (; i <= output.Length - 16; i += 16)
            {
                Vector256<float> a = Vector256.ConvertToSingle(WidenEight(ref Unsafe.Add(ref x, i), leftFlip) - l) * leftScale;
                Vector256<float> b = Vector256.ConvertToSingle(WidenEight(ref Unsafe.Add(ref y, i), rightFlip) - r) * rightScale;
                Vector256<float> c = Vector256.ConvertToSingle(WidenEight(ref Unsafe.Add(ref x, i + 8), leftFlip) - l) * leftScale;
                Vector256<float> d = Vector256.ConvertToSingle(WidenEight(ref Unsafe.Add(ref y, i + 8), rightFlip) - r) * rightScale;
                StoreBytes(Quantize(a + b, low, high, zeroPoint), Quantize(c + d, low, high, zeroPoint), ref Unsafe.Add(ref z, i));
            }

            for (; i < output.Length; i++)
            {
                float p = ((left[i] ^ leftFlip) - leftZero) * leftScale, q = ((right[i] ^ rightFlip) - rightZero) * rightScale;
                output[i] = unchecked((byte)Quantize(p + q, low, high, zeroPoint));
            }
        }
        """, WidenEight, WidenSixteen, Quantize, VectorHelpers.StoreBytes, ByteTileHelpers.StoreByteRuns);

    /// <summary>Modern: two runs of bytes times whole numbers, whose sums fit 16 bits.</summary>
    public static readonly Helper AddMultiples = new("AddMultiples", """
        // output[i] = clamp((left[i] - leftZero) * leftFactor + (right[i] - rightZero) * rightFactor) + zeroPoint, in 16 bits. Signed bytes are read as unsigned ones
        // that are 128 larger: their flip is 128, and their zero point 128 higher.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AddMultiples(
            ReadOnlySpan<byte> left, byte leftFlip, int leftZero, short leftFactor, ReadOnlySpan<byte> right, byte rightFlip, int rightZero, short rightFactor,
            Span<byte> output, short low, short high, short zeroPoint)
        {
            ref byte x = ref MemoryMarshal.GetReference(left), y = ref MemoryMarshal.GetReference(right), z = ref MemoryMarshal.GetReference(output);
            int start = -leftFactor * leftZero - rightFactor * rightZero, i = 0;
            for (; Avx512BW.IsSupported && i <= output.Length - 32; i += 32)
            {
                Vector512<short> a = Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref x, (nuint)i) ^ Vector256.Create(leftFlip));
                Vector512<short> b = Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref y, (nuint)i) ^ Vector256.Create(rightFlip));
                Vector512<short> sum = a * leftFactor + b * rightFactor + Vector512.Create((short)start);
                sum = Vector512.Min(Vector512.Max(sum, Vector512.Create(low)), Vector512.Create(high)) + Vector512.Create(zeroPoint);
                Avx512BW.ConvertToVector256Byte(sum.AsUInt16()).StoreUnsafe(ref z, (nuint)i);
            }

            for (; i <= output.Length - 16; i += 16)
            {
                Vector128<byte> a = Vector128.LoadUnsafe(ref x, (nuint)i) ^ Vector128.Create(leftFlip), b = Vector128.LoadUnsafe(ref y, (nuint)i) ^ Vector128.Create(rightFlip);
                Vector128<short> lower = Vector128.WidenLower(a).AsInt16() * leftFactor + Vector128.WidenLower(b).AsInt16() * rightFactor + Vector128.Create((short)start);
                Vector128<short> upper = Vector128.WidenUpper(a).AsInt16() * leftFactor + Vector128.WidenUpper(b).AsInt16() * rightFactor + Vector128.Create((short)start);
                Vector128<short> l = Vector128.Create(low), h = Vector128.Create(high);
                lower = Vector128.Min(Vector128.Max(lower, l), h) + Vector128.Create(zeroPoint);
                upper = Vector128.Min(Vector128.Max(upper, l), h) + Vector128.Create(zeroPoint);
                Vector128.Narrow(lower.AsUInt16(), upper.AsUInt16()).StoreUnsafe(ref z, (nuint)i);
            }

            for (; i < output.Length; i++)
            {
                int sum = (left[i] ^ leftFlip) * leftFactor + (right[i] ^ rightFlip) * rightFactor + start;
                output[i] = unchecked((byte)(Math.Min(Math.Max(sum, low), high) + zeroPoint));
            }
        }
        """);

    /// <summary>The sum of a run of bytes.</summary>
    public static readonly Helper SumBytes = new("SumBytes", """
        // Sum of a run of bytes. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int SumBytes(ReadOnlySpan<byte> x, byte flip)
        {
            Vector<uint> sums = Vector<uint>.Zero;
            int i = 0;
            for (; i <= x.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(new Vector<byte>(x.Slice(i)) ^ new Vector<byte>(flip), out Vector<ushort> a, out Vector<ushort> b);
                Vector.Widen(a + b, out Vector<uint> c, out Vector<uint> d);
                sums += c + d;
            }

            int sum = (int)Vector.Sum(sums);
            for (; i < x.Length; i++) sum += x[i] ^ flip;
            return sum - flip * x.Length;
        }
        """);

    /// <summary>The sums of columns of bytes, requantized.</summary>
    public static readonly Helper SumByteRows = new("SumByteRows", $$"""
        // output[i] = requantize(bias + sum of x[row * stride + i]) for eight columns or more. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SumByteRows(
            ReadOnlySpan<byte> x, byte flip, int rows, int stride, Span<byte> output, int bias, float multiplier, float low, float high, int zeroPoint)
        {
            {{VectorHelpers.Limits("Vector256")}}
            {{VectorHelpers.Zero("Vector256")}}
            for (int i = 0; i < output.Length; i += 8)
            {
                // The last columns are moved back to end with the output.
                i = Math.Min(i, output.Length - 8);
                Vector256<int> sum = Vector256.Create(bias);
                for (int row = 0; row < rows;)
                {
                    // 256 * 255 is less than 2^16.
                    Vector128<ushort> part = Vector128<ushort>.Zero;
                    for (int end = Math.Min(row + 256, rows); row < end; row++)
                    {
                        Vector128<byte> bytes = LoadEight(ref Unsafe.Add(ref MemoryMarshal.GetReference(x), row * stride + i));
                        part += Vector128.WidenLower(bytes ^ Vector128.Create(flip));
                    }

                    sum += Vector256.Create(Vector128.WidenLower(part), Vector128.WidenUpper(part)).AsInt32();
                }

                StoreBytes(Requantize(sum, Vector256.Create(multiplier), {{VectorHelpers.RequantizeArguments}}), ref output[i]);
            }
        }
        """, VectorHelpers.LoadEight(ElementType.UInt8), VectorHelpers.Requantize, VectorHelpers.StoreBytes);

    /// <summary>Real numbers to bytes.</summary>
    /// <param name="multiplies">Whether the reciprocal of the scale is a float, too, so that a product is the same as the quotient, in a third of the time.</param>
    public static Helper QuantizeRun(bool multiplies)
    {
        string name = multiplies ? "QuantizeProducts" : "QuantizeRun", factor = multiplies ? "factor" : "scale", sign = multiplies ? "*" : "/";
        return new Helper(name, $$"""
            // output[i] = quantize(input[i] {{sign}} {{factor}}).
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(ReadOnlySpan<float> input, float {{factor}}, Span<byte> output, float low, float high, int zeroPoint)
            {
                ref float x = ref MemoryMarshal.GetReference(input);
                ref byte y = ref MemoryMarshal.GetReference(output);
                int i = 0;
                for (; Vector512.IsHardwareAccelerated && i <= output.Length - 16; i += 16)
                    StoreBytes(Quantize(Vector512.LoadUnsafe(ref x, (nuint)i) {{sign}} Vector512.Create({{factor}}), low, high, zeroPoint), ref Unsafe.Add(ref y, i));
                for (; i <= output.Length - 16; i += 16)
                {
                    Vector256<int> a = Quantize(Vector256.LoadUnsafe(ref x, (nuint)i) {{sign}} Vector256.Create({{factor}}), low, high, zeroPoint);
                    Vector256<int> b = Quantize(Vector256.LoadUnsafe(ref x, (nuint)i + 8) {{sign}} Vector256.Create({{factor}}), low, high, zeroPoint);
                    StoreBytes(a, b, ref Unsafe.Add(ref y, i));
                }

                for (; i < output.Length; i++) output[i] = unchecked((byte)Quantize(input[i] {{sign}} {{factor}}, low, high, zeroPoint));
            }
            """, Quantize, VectorHelpers.StoreBytes, ByteTileHelpers.StoreByteRuns);
    }

    /// <summary>Bytes to real numbers.</summary>
    public static readonly Helper DequantizeRun = new("DequantizeRun", """
        // output[i] = (input[i] - zeroPoint) * scale. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void DequantizeRun(ReadOnlySpan<byte> input, byte flip, int zeroPoint, float scale, Span<float> output)
        {
            ref byte x = ref MemoryMarshal.GetReference(input);
            ref float y = ref MemoryMarshal.GetReference(output);
            int i = 0;
            for (; i <= input.Length - 8; i += 8)
                (Vector256.ConvertToSingle(WidenEight(ref Unsafe.Add(ref x, i), flip) - Vector256.Create(zeroPoint)) * scale).StoreUnsafe(ref y, (nuint)i);
            for (; i < input.Length; i++) output[i] = ((input[i] ^ flip) - zeroPoint) * scale;
        }
        """, WidenEight);
}
