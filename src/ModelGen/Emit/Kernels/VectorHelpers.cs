using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Small operations of the modern profile that differ between vector widths or processors.</summary>
internal static class VectorHelpers
{
    public static readonly Helper MultiplyAdd = new("MultiplyAdd", """
        // a * b + c, fused where the processor can.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
            Avx512F.IsSupported ? Avx512F.FusedMultiplyAdd(a, b, c) : a * b + c;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
            Fma.IsSupported ? Fma.MultiplyAdd(a, b, c)
            : Vector256.Create(MultiplyAdd(a.GetLower(), b.GetLower(), c.GetLower()), MultiplyAdd(a.GetUpper(), b.GetUpper(), c.GetUpper()));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c)
        {
            if (Fma.IsSupported) return Fma.MultiplyAdd(a, b, c);
            if (AdvSimd.IsSupported) return AdvSimd.FusedMultiplyAdd(c, a, b);
            return a * b + c;
        }
        """);

    /// <summary>Modern: the sum of a run of numbers.</summary>
    public static readonly Helper SumRun = new("SumRun", """
        // Two sums of vectors side by side, so that an addition need not wait for the one before.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float SumRun(ReadOnlySpan<float> x)
        {
            int lanes = Vector<float>.Count, i = 0;
            Vector<float> even = Vector<float>.Zero, odd = Vector<float>.Zero;
            for (; i <= x.Length - 2 * lanes; i += 2 * lanes)
            {
                even += new Vector<float>(x.Slice(i));
                odd += new Vector<float>(x.Slice(i + lanes));
            }

            float sum = Vector.Sum(even + odd);
            for (; i < x.Length; i++) sum += x[i];
            return sum;
        }
        """);

    /// <summary>Modern: sets all elements of a span. Span.Fill starts in unoptimized code, as it is compiled on the device.</summary>
    public static readonly Helper Fill = new("Fill", """
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Fill<T>(Span<T> target, T value)
            where T : struct
        {
            ref T x = ref MemoryMarshal.GetReference(target);
            int i = 0;
            for (; i <= target.Length - Vector<T>.Count; i += Vector<T>.Count) new Vector<T>(value).StoreUnsafe(ref x, (nuint)i);
            for (; i < target.Length; i++) Unsafe.Add(ref x, i) = value;
        }
        """);

    /// <summary>Modern: a run of floats. What was stored a vector at a time is loaded so, too: a copy of spans waits for several stores.</summary>
    public static readonly Helper CopyFloats = new("CopyFloats", """
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void CopyFloats(ref float source, ref float target, int count)
        {
            int i = 0;
            for (; Vector512.IsHardwareAccelerated && i <= count - 16; i += 16) Vector512.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
            for (; i <= count - 8; i += 8) Vector256.LoadUnsafe(ref source, (nuint)i).StoreUnsafe(ref target, (nuint)i);
            for (; i < count; i++) Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
        }
        """);

    public static readonly Helper ScalarClamp = new("ClampScalar", """
        // Keeps NaN, as ONNX Relu and Clip do.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static float Clamp(float x, float low, float high) => x < low ? low : x > high ? high : x;
        """);

    /// <summary>Modern: the sums of columns.</summary>
    public static readonly Helper SumRows = new("SumRows", """
        // output[i] = clamp(sum of x[row * stride + i] / divisor).
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SumRows(ReadOnlySpan<float> x, int rows, int stride, Span<float> output, float divisor, float low, float high)
        {
            int i = 0, lanes = Vector<float>.Count;
            ref float start = ref MemoryMarshal.GetReference(x);

            // Four vectors of columns at once, or one; the last are moved back to end with the output.
            for (; output.Length >= 4 * lanes && i < output.Length; i += 4 * lanes)
            {
                i = Math.Min(i, output.Length - 4 * lanes);
                ref float source = ref Unsafe.Add(ref start, i);
                Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a;
                for (int row = 0; row < rows; row++, source = ref Unsafe.Add(ref source, stride))
                {
                    a += Vector.LoadUnsafe(ref source);
                    b += Vector.LoadUnsafe(ref source, (nuint)lanes);
                    c += Vector.LoadUnsafe(ref source, (nuint)(2 * lanes));
                    d += Vector.LoadUnsafe(ref source, (nuint)(3 * lanes));
                }

                a.CopyTo(output.Slice(i));
                b.CopyTo(output.Slice(i + lanes));
                c.CopyTo(output.Slice(i + 2 * lanes));
                d.CopyTo(output.Slice(i + 3 * lanes));
            }

            for (; output.Length >= lanes && i < output.Length; i += lanes)
            {
                i = Math.Min(i, output.Length - lanes);
                ref float source = ref Unsafe.Add(ref start, i);
                Vector<float> sum = Vector<float>.Zero;
                for (int row = 0; row < rows; row++, source = ref Unsafe.Add(ref source, stride)) sum += Vector.LoadUnsafe(ref source);
                sum.CopyTo(output.Slice(i));
            }

            for (; i < output.Length; i++)
            {
                float sum = 0;
                for (int row = 0; row < rows; row++) sum += Unsafe.Add(ref start, row * stride + i);
                output[i] = sum;
            }

            for (i = 0; i < output.Length; i++) output[i] = Clamp(output[i] / divisor, low, high);
        }
        """, ScalarClamp);

    public static readonly Helper Clamp = new("ClampVectors", """
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> Clamp(Vector512<float> x, float low, float high)
        {
            Vector512<float> l = Vector512.Create(low), h = Vector512.Create(high);
            if (Avx512F.IsSupported) return Avx512F.Min(h, Avx512F.Max(l, x));
            x = Vector512.ConditionalSelect(Vector512.LessThan(x, l), l, x);
            return Vector512.ConditionalSelect(Vector512.GreaterThan(x, h), h, x);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Clamp(Vector256<float> x, float low, float high)
        {
            Vector256<float> l = Vector256.Create(low), h = Vector256.Create(high);
            if (Avx.IsSupported) return Avx.Min(h, Avx.Max(l, x));
            x = Vector256.ConditionalSelect(Vector256.LessThan(x, l), l, x);
            return Vector256.ConditionalSelect(Vector256.GreaterThan(x, h), h, x);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> Clamp(Vector128<float> x, float low, float high)
        {
            Vector128<float> l = Vector128.Create(low), h = Vector128.Create(high);
            x = Vector128.ConditionalSelect(Vector128.LessThan(x, l), l, x);
            return Vector128.ConditionalSelect(Vector128.GreaterThan(x, h), h, x);
        }
        """, ScalarClamp);

    public static readonly Helper MultiplyAddPairs = new("MultiplyAddPairs", """
        // Each 32-bit lane holds two 16-bit numbers: a.first * b.first + a.second * b.second + c.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> MultiplyAddPairs(Vector512<int> a, Vector512<int> b, Vector512<int> c)
        {
            if (Avx512BW.IsSupported) return Avx512BW.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()) + c;
            return Vector512.Create(MultiplyAddPairs(a.GetLower(), b.GetLower(), c.GetLower()), MultiplyAddPairs(a.GetUpper(), b.GetUpper(), c.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> MultiplyAddPairs(Vector256<int> a, Vector256<int> b, Vector256<int> c)
        {
            #if NET10_0_OR_GREATER
            if (AvxVnni.IsSupported) return AvxVnni.MultiplyWideningAndAdd(c, a.AsInt16(), b.AsInt16());
            #endif
            if (Avx2.IsSupported) return Avx2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()) + c;
            return Vector256.Create(MultiplyAddPairs(a.GetLower(), b.GetLower(), c.GetLower()), MultiplyAddPairs(a.GetUpper(), b.GetUpper(), c.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> MultiplyAddPairs(Vector128<int> a, Vector128<int> b, Vector128<int> c)
        {
            if (Sse2.IsSupported) return Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()) + c;
            if (AdvSimd.Arm64.IsSupported)
            {
                Vector128<int> lower = AdvSimd.MultiplyWideningLower(a.AsInt16().GetLower(), b.AsInt16().GetLower());
                return AdvSimd.Arm64.AddPairwise(lower, AdvSimd.MultiplyWideningUpper(a.AsInt16(), b.AsInt16())) + c;
            }

            Vector128<int> first = Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(a, 16), 16) * Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(b, 16), 16);
            return first + Vector128.ShiftRightArithmetic(a, 16) * Vector128.ShiftRightArithmetic(b, 16) + c;
        }
        """);

    /// <summary>Eight bytes in the lower half of a vector.</summary>
    /// <param name="element">Int8 or UInt8.</param>
    public static Helper LoadEight(ElementType element)
    {
        string type = element.Keyword();
        (string from, string to) = element == ElementType.Int8 ? ("ref Unsafe.As<sbyte, byte>(ref x)", "AsSByte") : ("ref x", "AsByte");

        // Not by a 64-bit vector: compilers for x64 pass that through memory, where a wider load of what was just stored waits.
        return new Helper("LoadEight" + element, $$"""
            // Eight bytes in the lower half; the upper one is not defined.
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static Vector128<{{type}}> LoadEight(ref {{type}} x) => Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>({{from}})).{{to}}();
            """);
    }

    /// <summary>Elements of two vectors in turn.</summary>
    /// <param name="type">C# type of the elements.</param>
    public static Helper Zip(string type)
    {
        string sse = type == "float" ? "Sse" : "Sse2";
        return new Helper("Zip_" + type, $$"""
            // Elements of both in turn, those of the lower or of the upper halves.
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static Vector128<{{type}}> ZipLow(Vector128<{{type}}> a, Vector128<{{type}}> b) => {{sse}}.IsSupported ? {{sse}}.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private static Vector128<{{type}}> ZipHigh(Vector128<{{type}}> a, Vector128<{{type}}> b) => {{sse}}.IsSupported ? {{sse}}.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
            """);
    }

    public static readonly Helper Pair = new("Pair", """
        // Two signed bytes as two 16-bit numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Pair(short bytes) => unchecked((sbyte)bytes) & 0xFFFF | bytes >> 8 << 16;
        """);

    public static readonly Helper BroadcastPair = new("BroadcastPair", """
        // Two signed bytes as two 16-bit numbers in every lane.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> BroadcastPair512(short bytes) => Avx512BW.IsSupported
            ? Avx512BW.ConvertToVector512Int16(Vector256.Create(bytes).AsSByte()).AsInt32() : Vector512.Create(Pair(bytes));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> BroadcastPair256(short bytes) => Avx2.IsSupported
            ? Avx2.ConvertToVector256Int16(Vector128.Create(bytes).AsSByte()).AsInt32() : Vector256.Create(Pair(bytes));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> BroadcastPair128(short bytes) => Vector128.Create(Pair(bytes));
        """, Pair);

    public static readonly Helper LoadPairs = new("LoadPairs", """
        // Signed bytes widened to 16 bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> LoadPairs512(ref sbyte bytes) => Vector512.WidenLower(Vector256.LoadUnsafe(ref bytes).ToVector512Unsafe()).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> LoadPairs256(ref sbyte bytes)
        {
            Vector128<sbyte> half = Vector128.LoadUnsafe(ref bytes);
            if (Avx2.IsSupported) return Avx2.ConvertToVector256Int16(half).AsInt32();
            return Vector256.WidenLower(half.ToVector256Unsafe()).AsInt32();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> LoadPairs128(ref sbyte bytes) => Vector128.WidenLower(LoadEight(ref bytes)).AsInt32();
        """, LoadEight(ElementType.Int8));

    public static readonly Helper RequantizeScalar = new("RequantizeScalar", """
        // round(sum * multiplier) + zeroPoint within its range: clamped first, then adding 1.5 * 2^23 rounds half to even in the lowest bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Requantize(int sum, float multiplier, float low, float high, int zeroPoint)
        {
            float scaled = (float)sum * multiplier;
            scaled = scaled > low ? scaled < high ? scaled : high : low;
            return BitConverter.SingleToInt32Bits(scaled + 12582912f) - 0x4B400000 + zeroPoint;
        }
        """);

    /// <summary>Writes what several vectors are requantized with (the compiler would make it anew for each): what <see cref="RequantizeArguments"/> names.</summary>
    public static void DeclareRange(CodeWriter writer, string vector)
    {
        writer.Line(Limits(vector));
        writer.Line(Zero(vector));
    }

    /// <summary>The first line of that.</summary>
    public static string Limits(string vector) =>
        $"{vector}<float> lows = {vector}.Create(low), highs = {vector}.Create(high), rounding = {vector}.Create(12582912f);";

    /// <summary>The second line.</summary>
    public static string Zero(string vector) => $"{vector}<int> zero = {vector}.Create(zeroPoint - 0x4B400000);";

    public const string RequantizeArguments = "lows, highs, rounding, zero";

    public static readonly Helper Requantize = new("RequantizeVectors", """
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> Requantize(Vector512<int> sum, Vector512<float> multiplier, Vector512<float> low, Vector512<float> high, Vector512<float> rounding, Vector512<int> zero)
        {
            Vector512<float> scaled = Vector512.ConvertToSingle(sum) * multiplier;
            if (Avx512F.IsSupported)
            {
                scaled = Avx512F.Min(Avx512F.Max(scaled, low), high);
            }
            else
            {
                scaled = Vector512.ConditionalSelect(Vector512.GreaterThan(scaled, low), scaled, low);
                scaled = Vector512.ConditionalSelect(Vector512.LessThan(scaled, high), scaled, high);
            }

            return (scaled + rounding).AsInt32() + zero;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> Requantize(Vector256<int> sum, Vector256<float> multiplier, Vector256<float> low, Vector256<float> high, Vector256<float> rounding, Vector256<int> zero)
        {
            Vector256<float> scaled = Vector256.ConvertToSingle(sum) * multiplier;
            if (Avx.IsSupported)
            {
                scaled = Avx.Min(Avx.Max(scaled, low), high);
            }
            else
            {
                scaled = Vector256.ConditionalSelect(Vector256.GreaterThan(scaled, low), scaled, low);
                scaled = Vector256.ConditionalSelect(Vector256.LessThan(scaled, high), scaled, high);
            }

            return (scaled + rounding).AsInt32() + zero;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> Requantize(Vector128<int> sum, Vector128<float> multiplier, Vector128<float> low, Vector128<float> high, Vector128<float> rounding, Vector128<int> zero)
        {
            Vector128<float> scaled = Vector128.ConvertToSingle(sum) * multiplier;
            scaled = Vector128.ConditionalSelect(Vector128.GreaterThan(scaled, low), scaled, low);
            scaled = Vector128.ConditionalSelect(Vector128.LessThan(scaled, high), scaled, high);
            return (scaled + rounding).AsInt32() + zero;
        }
        """, RequantizeScalar);

    public static readonly Helper StoreBytes = new("StoreBytes", """
        // The low byte of each lane.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreBytes(Vector512<int> x, ref byte y)
        {
            if (Avx512F.IsSupported)
            {
                Avx512F.ConvertToVector128Byte(x).StoreUnsafe(ref y);
                return;
            }

            Vector256<short> shorts = Vector256.Narrow(x.GetLower(), x.GetUpper());
            Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).AsByte().StoreUnsafe(ref y);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreBytes(Vector256<int> x, ref byte y)
        {
            Vector128<short> shorts = Vector128.Narrow(x.GetLower(), x.GetUpper());
            Unsafe.WriteUnaligned(ref y, Vector128.Narrow(shorts, shorts).AsUInt64().ToScalar());
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreBytes(Vector128<int> x, ref byte y)
        {
            Vector128<short> shorts = Vector128.Narrow(x, x);
            Unsafe.WriteUnaligned(ref y, Vector128.Narrow(shorts, shorts).AsUInt32().ToScalar());
        }
        """);
}
