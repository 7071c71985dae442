using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Planning;

namespace ModelGen.Emit.Kernels;

/// <summary>Depthwise convolution of floats over a channel without gaps (see <see cref="MaskedPlane"/>), modern profile.</summary>
internal static class MaskedHelpers
{
    /// <summary>Splits a channel into four planes.</summary>
    public static readonly Helper SplitPhases = new("SplitPhases", """
        // Plane 2 * y + x holds rows y, y + 2, ... and columns x, x + 2, ...; planes lie size apart, their rows pitch.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SplitPhases(ref float source, ref float planes, int height, int width, int pitch, int size)
        {
            for (int row = 0; row < height; row++, source = ref Unsafe.Add(ref source, width))
            {
                ref float even = ref Unsafe.Add(ref planes, row % 2 * 2 * size + row / 2 * pitch), odd = ref Unsafe.Add(ref even, size);
                int x = 0, pairs = width / 2;
                if (Avx512F.IsSupported && pairs >= 16)
                {
                    Vector512<int> evens = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
                    for (; x < pairs; x += 16)
                    {
                        x = Math.Min(x, pairs - 16);
                        Vector512<float> a = Vector512.LoadUnsafe(ref source, (nuint)(2 * x)), b = Vector512.LoadUnsafe(ref source, (nuint)(2 * x) + 16);
                        Avx512F.PermuteVar16x32x2(a, evens, b).StoreUnsafe(ref even, (nuint)x);
                        Avx512F.PermuteVar16x32x2(a, evens + Vector512<int>.One, b).StoreUnsafe(ref odd, (nuint)x);
                    }
                }

                while (Avx512F.IsSupported && x < pairs && pairs >= 8)
                {
                    x = Math.Min(x, pairs - 8);
                    Vector512<float> halves = Avx512F.PermuteVar16x32(
                        Vector512.LoadUnsafe(ref source, (nuint)(2 * x)), Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15));
                    halves.GetLower().StoreUnsafe(ref even, (nuint)x);
                    halves.GetUpper().StoreUnsafe(ref odd, (nuint)x);
                    x += 8;
                }

                while (x < pairs && pairs >= 4 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
                {
                    x = Math.Min(x, pairs - 4);
                    Vector128<float> a = Vector128.LoadUnsafe(ref source, (nuint)(2 * x)), b = Vector128.LoadUnsafe(ref source, (nuint)(2 * x) + 4);
                    (Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.UnzipEven(a, b)).StoreUnsafe(ref even, (nuint)x);
                    (Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01) : AdvSimd.Arm64.UnzipOdd(a, b)).StoreUnsafe(ref odd, (nuint)x);
                    x += 4;
                }

                for (; x < pairs; x++)
                {
                    Unsafe.Add(ref even, x) = Unsafe.Add(ref source, 2 * x);
                    Unsafe.Add(ref odd, x) = Unsafe.Add(ref source, 2 * x + 1);
                }

                if (width % 2 != 0) Unsafe.Add(ref even, pairs) = Unsafe.Add(ref source, width - 1);
            }
        }
        """);

    /// <summary>Makes the masks of the outer columns of the window.</summary>
    public static readonly Helper FillMasks = new("FillMasks", """
        // Masks for the first and the last column of a window: bits are set but where the column is outside of the row.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void FillMasks(Span<float> masks, int pixels, int width, bool hasLeft, bool hasRight)
        {
            Fill(masks, BitConverter.Int32BitsToSingle(-1));
            for (int row = 0; hasLeft && row < pixels; row += width) masks[row] = 0;
            for (int row = hasLeft ? pixels : 0; hasRight && row + width - 1 < masks.Length; row += width) masks[row + width - 1] = 0;
        }
        """, VectorHelpers.Fill);

    private static readonly Helper StoreSome = new("StoreSome", """
        // The first lanes of a vector.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreSome(Vector512<float> x, ref float y, int count)
        {
            if (count >= 16)
            {
                x.StoreUnsafe(ref y);
                return;
            }

            if (count >= 8) x.GetLower().StoreUnsafe(ref y);
            if (count > 8) StoreSome(x.GetUpper(), ref Unsafe.Add(ref y, 8), count - 8);
            else if (count < 8) StoreSome(x.GetLower(), ref y, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreSome(Vector256<float> x, ref float y, int count)
        {
            if (count >= 8)
            {
                x.StoreUnsafe(ref y);
                return;
            }

            if (count >= 4) x.GetLower().StoreUnsafe(ref y);
            Vector128<float> half = count >= 4 ? x.GetUpper() : x.GetLower();
            for (int i = count & 4; i < count; i++) Unsafe.Add(ref y, i) = half.GetElement(i & 3);
        }
        """);

    /// <summary>One channel.</summary>
    /// <param name="height">Rows of the window, which has three columns.</param>
    /// <param name="hasLeft">Whether the first column is masked.</param>
    /// <param name="hasRight">Whether the last column is masked.</param>
    public static Helper Convolve(int height, bool hasLeft, bool hasRight)
    {
        string masked = (hasLeft, hasRight) switch { (true, true) => "", (true, false) => "Left", (false, true) => "Right", _ => "None" };
        string name = FormattableString.Invariant($"ConvolveMasked{masked}{height}x{MaskedPlane.Columns}");
        return new Helper(name, () => Text(name, height, hasLeft, hasRight),
            VectorHelpers.MultiplyAdd, VectorHelpers.Clamp, ColumnTileHelpers.ShiftPixels, StoreSome);
    }

    private static string Text(string name, int height, bool hasLeft, bool hasRight)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("// output[i] = clamp(bias + sum of weights[tap] * source[offsets[tap] + i]) for i in [0, pixels).");
        writer.Line("// Columns of the window are summed apart; outer ones are moved by a pixel and masked where they reach beyond a row.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
        {
            writer.Line("ref float source, ref int offsets, ref float masks, ref float weights, float bias, ref float output, int pixels, float low, float high)");
        }

        using (writer.Block())
        {
            writer.Line("int i = 0;");
            foreach (int k in Enumerable.Range(0, height * MaskedPlane.Columns).Where(k => Source(k, hasLeft, hasRight) == k))
                writer.Line($"ref float x{k} = ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, {k}));");
            if (hasLeft && hasRight) writer.Line("ref float rightMasks = ref Unsafe.Add(ref masks, (pixels + 15) / 16 * 16);");
            using (writer.Block("if (Vector512.IsHardwareAccelerated)")) Loop(writer, height, hasLeft, hasRight, 512);
            using (writer.Block("else")) Loop(writer, height, hasLeft, hasRight, 256);
        }

        return writer.ToString().TrimEnd('\n');
    }

    // The first tap that reads where a tap reads: without a stride all columns of a row read the same plane, with one the outer ones, of which one is masked.
    private static int Source(int tap, bool hasLeft, bool hasRight)
    {
        int column = tap % MaskedPlane.Columns;
        return hasLeft && hasRight ? tap - column : column == 2 && (hasLeft || hasRight) ? tap - 2 : tap;
    }

    // Sums of a vector are finished when those of the next one are there, whose first is the neighbour of its last.
    private static void Loop(CodeWriter writer, int height, bool hasLeft, bool hasRight, int bits)
    {
        string create = FormattableString.Invariant($"Vector{bits}"), vector = create + "<float>";
        int lanes = bits / 32;
        for (int k = 0; k < height * MaskedPlane.Columns; k++) writer.Line($"{vector} w{k} = {create}.Create(Unsafe.Add(ref weights, {k}));");
        Sums(vector + " ", "", "0");
        if (hasLeft) writer.Line($"{vector} before = {vector}.Zero;");
        using (writer.Block($"for (; i < pixels - {lanes}; i += {lanes})"))
        {
            Sums(vector + " ", "next", $"i + {lanes}");
            writer.Line($"Clamp({Sum("nextRight")}, low, high).StoreUnsafe(ref output, (nuint)i);");
            if (hasLeft) writer.Line("before = left;");
            writer.Line("(left, middle, right) = (nextLeft, nextMiddle, nextRight);");
        }

        writer.Line();
        writer.Line($"StoreSome(Clamp({Sum(vector + ".Zero")}, low, high), ref Unsafe.Add(ref output, i), pixels - i);");

        string Sum(string after)
        {
            string left = hasLeft ? $"(LeftOf(before, left) & {create}.LoadUnsafe(ref masks, (nuint)i))" : "left";
            string right = hasRight ? $"(RightOf(right, {after}) & {create}.LoadUnsafe(ref {(hasLeft ? "rightMasks" : "masks")}, (nuint)i))" : "right";
            return $"middle + ({left} + {right})";
        }

        void Sums(string declare, string prefix, string at)
        {
            var loaded = new HashSet<int>();
            string Name(string name) => prefix.Length == 0 ? name : prefix + char.ToUpperInvariant(name[0]) + name.Substring(1);
            Column(1, Name("middle"), $"{create}.Create(bias)");
            Column(0, Name("left"), null);
            Column(2, Name("right"), null);

            void Column(int column, string sum, string? start)
            {
                for (int row = 0; row < height; row++)
                {
                    int k = row * MaskedPlane.Columns + column;
                    int source = Source(k, hasLeft, hasRight);
                    string x = FormattableString.Invariant($"{(prefix.Length == 0 ? "v" : prefix)}{source}"), target = row == 0 ? declare + sum : sum;
                    if (loaded.Add(source)) writer.Line($"{vector} {x} = {create}.LoadUnsafe(ref x{source}{(at == "0" ? "" : $", (nuint)({at})")});");
                    writer.Line(row > 0 || start is not null ? $"{target} = MultiplyAdd({x}, w{k}, {(row == 0 ? start : sum)});" : $"{target} = {x} * w{k};");
                }
            }
        }
    }
}
