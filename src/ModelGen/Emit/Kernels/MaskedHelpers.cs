using System;
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
            for (int row = hasLeft ? pixels : 0; hasRight && row < masks.Length; row += width) masks[row + width - 1] = 0;
        }
        """, VectorHelpers.Fill);

    /// <summary>One channel.</summary>
    /// <param name="height">Rows of the window, which has three columns.</param>
    /// <param name="hasLeft">Whether the first column is masked.</param>
    /// <param name="hasRight">Whether the last column is masked.</param>
    public static Helper Convolve(int height, bool hasLeft, bool hasRight)
    {
        string masked = (hasLeft, hasRight) switch { (true, true) => "", (true, false) => "Left", (false, true) => "Right", _ => "None" };
        string name = FormattableString.Invariant($"ConvolveMasked{masked}{height}x{MaskedPlane.Columns}");
        return new Helper(name, () => Text(name, height, hasLeft, hasRight), VectorHelpers.MultiplyAdd, VectorHelpers.Clamp);
    }

    private static string Text(string name, int height, bool hasLeft, bool hasRight)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("// output[i] = clamp(bias + sum of weights[tap] * source[offsets[tap] + i]) for i in [0, pixels), at least eight. Columns of the window are summed apart;");
        writer.Line("// those that reach beyond a row are masked there. The last vector is moved back to end with the pixels.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
        {
            writer.Line("ref float source, ref int offsets, ref float masks, ref float weights, float bias, ref float output, int pixels, float low, float high)");
        }

        using (writer.Block())
        {
            writer.Line("int i = 0;");
            for (int k = 0; k < height * MaskedPlane.Columns; k++) writer.Line($"ref float x{k} = ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, {k}));");
            using (writer.Block("if (Vector512.IsHardwareAccelerated && pixels >= 16)")) Loop(writer, height, hasLeft, hasRight, 512);
            using (writer.Block("else")) Loop(writer, height, hasLeft, hasRight, 256);
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Loop(CodeWriter writer, int height, bool hasLeft, bool hasRight, int bits)
    {
        string create = FormattableString.Invariant($"Vector{bits}"), vector = create + "<float>";
        int lanes = bits / 32;
        for (int k = 0; k < height * MaskedPlane.Columns; k++) writer.Line($"{vector} w{k} = {create}.Create(Unsafe.Add(ref weights, {k}));");
        using (writer.Block($"for (; i < pixels; i += {lanes})"))
        {
            writer.Line($"i = Math.Min(i, pixels - {lanes});");
            Column(1, "middle", $"{create}.Create(bias)");
            Column(0, "left", null);
            Column(2, "right", null);
            string Mask(bool isMasked, string at) => isMasked ? $" & {create}.LoadUnsafe(ref masks, (nuint)({at}))" : "";
            writer.Line($"middle += (left{Mask(hasLeft, "i")}) + (right{Mask(hasRight, hasLeft ? "pixels + i" : "i")});");
            writer.Line("Clamp(middle, low, high).StoreUnsafe(ref output, (nuint)i);");
        }

        void Column(int column, string sum, string? start)
        {
            for (int row = 0; row < height; row++)
            {
                int k = row * MaskedPlane.Columns + column;
                string load = $"{create}.LoadUnsafe(ref x{k}, (nuint)i)";
                if (row > 0) writer.Line($"{sum} = MultiplyAdd({load}, w{k}, {sum});");
                else writer.Line(start is null ? $"{vector} {sum} = {load} * w{k};" : $"{vector} {sum} = MultiplyAdd({load}, w{k}, {start});");
            }
        }
    }
}
