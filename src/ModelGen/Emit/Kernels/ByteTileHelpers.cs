using System;
using System.Linq;
using System.Text;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// The sparse tile for weights of few bits, modern profile: like <see cref="TileHelpers"/>, but a source element is two bytes and products are
/// added in 16 bits, segment by segment (see <see cref="ShortSums"/>), so that an instruction does twice as many.
/// </summary>
internal static class ByteTileHelpers
{
    private static readonly int[] Widths = [512, 256, 128];

    // A vector of a tile takes three registers, of 32 with 512 bits and of 16 below.
    private static int[] Sizes(int width) => width == 512 ? [8, 4, 3, 2, 1] : [4, 3, 2, 1];

    /// <summary>Products of bytes, two added at a time.</summary>
    public static readonly Helper MultiplyBytePairs = new("MultiplyBytePairs", """
        // Each 16-bit lane holds two bytes: a.first * b.first + a.second * b.second, which must fit.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<short> MultiplyBytePairs(Vector512<byte> a, Vector512<sbyte> b)
        {
            if (Avx512BW.IsSupported) return Avx512BW.MultiplyAddAdjacent(a, b);
            return Vector512.Create(MultiplyBytePairs(a.GetLower(), b.GetLower()), MultiplyBytePairs(a.GetUpper(), b.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<short> MultiplyBytePairs(Vector256<byte> a, Vector256<sbyte> b)
        {
            if (Avx2.IsSupported) return Avx2.MultiplyAddAdjacent(a, b);
            return Vector256.Create(MultiplyBytePairs(a.GetLower(), b.GetLower()), MultiplyBytePairs(a.GetUpper(), b.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<short> MultiplyBytePairs(Vector128<byte> a, Vector128<sbyte> b)
        {
            if (Ssse3.IsSupported) return Ssse3.MultiplyAddAdjacent(a, b);
            Vector128<short> pairs = a.AsInt16(), weights = b.AsInt16();
            return (pairs & Vector128.Create((short)0xFF)) * Vector128.ShiftRightArithmetic(Vector128.ShiftLeft(weights, 8), 8)
                + Vector128.ShiftRightLogical(pairs, 8) * Vector128.ShiftRightArithmetic(weights, 8);
        }
        """);

    /// <summary>The low bytes of two vectors.</summary>
    public static readonly Helper StoreByteRuns = new("StoreByteRuns", """
        // The low byte of each lane, a before b; numbers that fit 16 bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreBytes(Vector512<int> a, Vector512<int> b, ref byte y)
        {
            if (Avx512F.IsSupported)
            {
                Avx512F.ConvertToVector128Byte(a).StoreUnsafe(ref y);
                Avx512F.ConvertToVector128Byte(b).StoreUnsafe(ref y, 16);
                return;
            }

            Vector512<short> shorts = Vector512.Narrow(a, b);
            Vector256.Narrow(shorts.GetLower(), shorts.GetUpper()).AsByte().StoreUnsafe(ref y);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreBytes(Vector256<int> a, Vector256<int> b, ref byte y)
        {
            if (Avx2.IsSupported)
            {
                // Instructions that pack work on halves, so that the middle quarters change places.
                Vector256<short> packed = Avx2.PackSignedSaturate(a, b) & Vector256.Create((short)0xFF);
                Sse2.Shuffle(Sse2.PackUnsignedSaturate(packed.GetLower(), packed.GetUpper()).AsInt32(), 0b11_01_10_00).AsByte().StoreUnsafe(ref y);
                return;
            }

            Vector256<short> shorts = Vector256.Narrow(a, b);
            Vector128.Narrow(shorts.GetLower(), shorts.GetUpper()).AsByte().StoreUnsafe(ref y);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreBytes(Vector128<int> a, Vector128<int> b, ref byte y)
        {
            Vector128<short> shorts = Vector128.Narrow(a, b);
            Unsafe.WriteUnaligned(ref y, Vector128.Narrow(shorts, shorts).AsUInt64().ToScalar());
        }
        """);

    /// <summary>The driver method and its tiles.</summary>
    /// <param name="offset">C# type of stored offsets.</param>
    public static Helper Create(string offset)
    {
        string name = offset == "int" ? "ConvolveBytesFar" : "ConvolveBytes";
        return new Helper(name, () => Text(name, offset), MultiplyBytePairs, VectorHelpers.Requantize, StoreByteRuns, TileHelpers.Start);
    }

    private static string Parameters(string offset, string window) =>
        $"ref ushort source, {window}, ref int segments, ref int first, ref {offset} offsets, ref short weights, ref int bias, ref float multipliers, "
        + "int rows, ref byte output, int stride, float low, float high, int zeroPoint";

    private static string Text(string name, string offset)
    {
        var text = new StringBuilder(Driver(name, offset));
        foreach (int width in Widths)
            foreach (int size in Sizes(width)) text.AppendLine().AppendLine().Append(Tile(name, offset, width, size));
        return text.AppendLine().ToString();
    }

    private static string Driver(string name, string offset)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("// output[row][y * width + x] = requantize(bias[row] + sum of weights[row][entry] * source[offsets[row][entry] + y * pitch + x]) for x in [0, width) and y in [0, height); a source element is a pair of bytes, and so is a weight. The sum of a segment fits 16 bits. Of several rows the width is a multiple of 16.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent()) writer.Line(Parameters(offset, "int height, int width, int pitch") + ")");
        using (writer.Block())
        {
            writer.Line("int i = 0, length = height * width;");
            foreach (int width in Widths) Vectors(writer, name, width);
            Scalar(writer);
        }

        return writer.ToString().TrimEnd('\n');
    }

    // A tile is a few vectors. In several rows they begin where they lie in the source; in one row the last vector is moved back to end with it.
    private static void Vectors(CodeWriter writer, string name, int width)
    {
        int lanes = width / 16;
        string enough = width == 128 ? FormattableString.Invariant($"width >= {lanes}")
            : FormattableString.Invariant($"Vector{width}.IsHardwareAccelerated && width >= {lanes}");
        if (width == 512) enough += FormattableString.Invariant($" && (height == 1 || width % {lanes} == 0)");
        using (writer.Block($"if ({enough})"))
        {
            using (writer.Block("while (i < length)"))
            {
                TileHelpers.ListedTiles(writer, lanes, Sizes(width), size =>
                {
                    string starts = string.Concat(Enumerable.Range(1, size - 1).Select(v => FormattableString.Invariant($"start{v}, ")));
                    return $"{name}Tile{width}x{size}(ref Unsafe.Add(ref source, start), {starts}ref segments, ref first, ref offsets, ref weights, ref bias, ref multipliers, rows, ref Unsafe.Add(ref output, i), stride, low, high, zeroPoint";
                });
            }

            writer.Line();
            writer.Line("return;");
        }

        writer.Line();
    }

    private static void Scalar(CodeWriter writer)
    {
        using (writer.Block("for (int row = 0; row < rows; row++)"))
        using (writer.Block("for (i = 0; i < length; i++)"))
        {
            writer.Line("int sum = Unsafe.Add(ref bias, row);");
            using (writer.Block("for (int k = Unsafe.Add(ref first, Unsafe.Add(ref segments, row)); k < Unsafe.Add(ref first, Unsafe.Add(ref segments, row + 1)); k++)"))
            {
                writer.Line("int pair = Unsafe.Add(ref source, Unsafe.Add(ref offsets, k) + Start(i, width, pitch)), weight = Unsafe.Add(ref weights, k);");
                writer.Line("sum += unchecked((sbyte)weight * (byte)pair) + (weight >> 8) * (pair >> 8);");
            }

            writer.Line();
            writer.Line("Unsafe.Add(ref output, row * stride + i) = unchecked((byte)Requantize(sum, Unsafe.Add(ref multipliers, row), low, high, zeroPoint));");
        }
    }

    private static string Tile(string name, string offset, int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        string vector = FormattableString.Invariant($"Vector{width}"), sums = $"{vector}<int>";
        int lanes = width / 16;
        int[] parts = Enumerable.Range(0, size).ToArray();
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}Tile{width}x{size}(");
        string starts = string.Join(", ", parts.Skip(1).Select(v => FormattableString.Invariant($"nint start{v}")));
        using (writer.Indent()) writer.Line((size == 1 ? Parameters(offset, "").Replace(", , ", ", ") : Parameters(offset, starts) + ", int last") + ")");
        using (writer.Block())
        {
            VectorHelpers.DeclareRange(writer, vector);
            using (writer.Block("for (int row = 0; row < rows; row++)"))
            {
                foreach (int v in parts)
                {
                    writer.Line(v == 0 ? $"{sums} lower0 = {vector}.Create(Unsafe.Add(ref bias, row)), upper0 = lower0;"
                        : $"{sums} lower{v} = lower0, upper{v} = lower0;");
                }

                using (writer.Block("for (int segment = Unsafe.Add(ref segments, row), stop = Unsafe.Add(ref segments, row + 1); segment < stop; segment++)"))
                {
                    foreach (int v in parts) writer.Line($"{vector}<short> part{v} = {vector}<short>.Zero;");
                    using (writer.Block("for (int k = Unsafe.Add(ref first, segment), end = Unsafe.Add(ref first, segment + 1); k < end; k++)"))
                    {
                        writer.Line("ref ushort x = ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, k));");
                        writer.Line($"{vector}<sbyte> w = {vector}.Create(Unsafe.Add(ref weights, k)).AsSByte();");
                        foreach (int v in parts)
                        {
                            string x = v == 0 ? "x" : FormattableString.Invariant($"Unsafe.Add(ref x, start{v})");
                            writer.Line($"part{v} += MultiplyBytePairs({vector}.LoadUnsafe(ref {x}).AsByte(), w);");
                        }
                    }

                    writer.Line();
                    foreach (int v in parts)
                    {
                        writer.Line($"lower{v} += {vector}.WidenLower(part{v});");
                        writer.Line($"upper{v} += {vector}.WidenUpper(part{v});");
                    }
                }

                writer.Line();
                writer.Line($"{vector}<float> multiplier = {vector}.Create(Unsafe.Add(ref multipliers, row));");
                writer.Line("ref byte y = ref Unsafe.Add(ref output, row * stride);");
                foreach (int v in parts)
                {
                    string y = v == 0 ? "y" : v == size - 1 ? "Unsafe.Add(ref y, last)" : FormattableString.Invariant($"Unsafe.Add(ref y, {v * lanes})");
                    writer.Line($"StoreBytes(Requantize(lower{v}, multiplier, {VectorHelpers.RequantizeArguments}), Requantize(upper{v}, multiplier, {VectorHelpers.RequantizeArguments}), ref {y});");
                }
            }
        }

        return writer.ToString().TrimEnd('\n');
    }
}
