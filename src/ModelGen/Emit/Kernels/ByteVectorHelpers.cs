namespace ModelGen.Emit.Kernels;

/// <summary>Element-wise layers on bytes, modern profile: vectors of whatever width the machine has, the same bits as the scalar
/// code.</summary>
internal static class ByteVectorHelpers
{
    private static readonly Helper Widen = new("WidenBytes", """
        // The bytes of a vector as 32-bit numbers, a quarter each.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Widen(Vector<byte> bytes, out Vector<int> a, out Vector<int> b, out Vector<int> c, out Vector<int> d)
        {
            Vector.Widen(bytes, out Vector<ushort> lower, out Vector<ushort> upper);
            Vector.Widen(lower, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(upper, out Vector<uint> third, out Vector<uint> fourth);
            (a, b, c, d) = (Vector.AsVectorInt32(first), Vector.AsVectorInt32(second), Vector.AsVectorInt32(third), Vector.AsVectorInt32(fourth));
        }
        """);

    private static readonly Helper Quantize = new("QuantizeVectors", """
        // Quantize for vectors.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<int> Quantize(Vector<float> scaled, float low, float high, int zeroPoint)
        {
            Vector<float> l = new Vector<float>(low), h = new Vector<float>(high);
            scaled = Vector.ConditionalSelect(Vector.GreaterThan(scaled, l), scaled, l);
            scaled = Vector.ConditionalSelect(Vector.LessThan(scaled, h), scaled, h);
            return Vector.AsVectorInt32(scaled + new Vector<float>(12582912f)) + new Vector<int>(zeroPoint - 0x4B400000);
        }

        // The low bytes of 32-bit numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<byte> Narrow(Vector<int> a, Vector<int> b, Vector<int> c, Vector<int> d) =>
            Vector.AsVectorByte(Vector.Narrow(Vector.Narrow(a, b), Vector.Narrow(c, d)));
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
            int i = 0;
            for (; i <= output.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Widen(new Vector<byte>(left.Slice(i)) ^ new Vector<byte>(leftFlip), out Vector<int> a, out Vector<int> b, out Vector<int> c, out Vector<int> d);
                Widen(new Vector<byte>(right.Slice(i)) ^ new Vector<byte>(rightFlip), out Vector<int> e, out Vector<int> f, out Vector<int> g, out Vector<int> h);
                Vector<int> l = new Vector<int>(leftZero), r = new Vector<int>(rightZero);
                Narrow(
                    Quantize(Vector.ConvertToSingle(a - l) * leftScale + Vector.ConvertToSingle(e - r) * rightScale, low, high, zeroPoint),
                    Quantize(Vector.ConvertToSingle(b - l) * leftScale + Vector.ConvertToSingle(f - r) * rightScale, low, high, zeroPoint),
                    Quantize(Vector.ConvertToSingle(c - l) * leftScale + Vector.ConvertToSingle(g - r) * rightScale, low, high, zeroPoint),
                    Quantize(Vector.ConvertToSingle(d - l) * leftScale + Vector.ConvertToSingle(h - r) * rightScale, low, high, zeroPoint))
                    .CopyTo(output.Slice(i));
            }

            for (; i < output.Length; i++)
            {
                float p = ((left[i] ^ leftFlip) - leftZero) * leftScale, q = ((right[i] ^ rightFlip) - rightZero) * rightScale;
                output[i] = unchecked((byte)Quantize(p + q, low, high, zeroPoint));
            }
        }
        """, Widen, Quantize);

    /// <summary>The sum of a run of bytes.</summary>
    public static readonly Helper SumBytes = new("SumBytes", """
        // Sum of a run of bytes. Signed bytes are read as unsigned ones that are 128 larger.
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
    public static readonly Helper SumByteRows = new("SumByteRows", """
        // output[i] = requantize(bias + sum of x[row * stride + i]) for eight columns or more. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SumByteRows(
            ReadOnlySpan<byte> x, byte flip, int rows, int stride, Span<byte> output, int bias, float multiplier, float low, float high, int zeroPoint)
        {
            for (int i = 0; i < output.Length; i += 8)
            {
                // The last columns are moved back to end with the output.
                i = Math.Min(i, output.Length - 8);
                Vector256<int> sum = Vector256.Create(bias);
                for (int row = 0; row < rows;)
                {
                    // So many bytes fit 16 bits.
                    Vector128<ushort> part = Vector128<ushort>.Zero;
                    for (int end = Math.Min(row + 256, rows); row < end; row++)
                    {
                        Vector64<byte> bytes = Vector64.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)(row * stride + i));
                        part += Vector128.WidenLower(bytes.ToVector128Unsafe() ^ Vector128.Create(flip));
                    }

                    sum += Vector256.Create(Vector128.WidenLower(part), Vector128.WidenUpper(part)).AsInt32();
                }

                StoreBytes(Requantize(sum, Vector256.Create(multiplier), low, high, zeroPoint), ref output[i]);
            }
        }
        """, VectorHelpers.Requantize, VectorHelpers.StoreBytes);

    /// <summary>Real numbers to bytes.</summary>
    public static readonly Helper QuantizeRun = new("QuantizeRun", """
        // output[i] = quantize(input[i] / scale).
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void QuantizeRun(ReadOnlySpan<float> input, float scale, Span<byte> output, float low, float high, int zeroPoint)
        {
            int i = 0, lanes = Vector<float>.Count;
            Vector<float> divisor = new Vector<float>(scale);
            for (; i <= output.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Narrow(
                    Quantize(new Vector<float>(input.Slice(i)) / divisor, low, high, zeroPoint),
                    Quantize(new Vector<float>(input.Slice(i + lanes)) / divisor, low, high, zeroPoint),
                    Quantize(new Vector<float>(input.Slice(i + 2 * lanes)) / divisor, low, high, zeroPoint),
                    Quantize(new Vector<float>(input.Slice(i + 3 * lanes)) / divisor, low, high, zeroPoint))
                    .CopyTo(output.Slice(i));
            }

            for (; i < output.Length; i++) output[i] = unchecked((byte)Quantize(input[i] / scale, low, high, zeroPoint));
        }
        """, Quantize);

    /// <summary>Bytes to real numbers.</summary>
    public static readonly Helper DequantizeRun = new("DequantizeRun", """
        // output[i] = (input[i] - zeroPoint) * scale. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void DequantizeRun(ReadOnlySpan<byte> input, byte flip, int zeroPoint, float scale, Span<float> output)
        {
            int i = 0, lanes = Vector<float>.Count;
            for (; i <= input.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Widen(new Vector<byte>(input.Slice(i)) ^ new Vector<byte>(flip), out Vector<int> a, out Vector<int> b, out Vector<int> c, out Vector<int> d);
                Vector<int> zero = new Vector<int>(zeroPoint);
                (Vector.ConvertToSingle(a - zero) * scale).CopyTo(output.Slice(i));
                (Vector.ConvertToSingle(b - zero) * scale).CopyTo(output.Slice(i + lanes));
                (Vector.ConvertToSingle(c - zero) * scale).CopyTo(output.Slice(i + 2 * lanes));
                (Vector.ConvertToSingle(d - zero) * scale).CopyTo(output.Slice(i + 3 * lanes));
            }

            for (; i < input.Length; i++) output[i] = ((input[i] ^ flip) - zeroPoint) * scale;
        }
        """, Widen);
}
