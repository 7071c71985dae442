using System;
using System.Linq;
using System.Text;
using ModelGen.Planning;

namespace ModelGen.Emit.Kernels;

/// <summary>Sparse convolution of floats whose columns are summed apart (see <see cref="ColumnPlanes"/>), modern profile.</summary>
internal static class ColumnTileHelpers
{
    // Widths of vectors, and how many are a tile. Every tile is of whole rows.
    private static readonly (int Width, int[] Sizes)[] Widths = [(512, [8, 4]), (256, [8, 4]), (128, [8])];

    private static readonly Helper ClearMargins = new("ClearMargins", """
        // Zeros before and behind the rows of a plane, which are a multiple of four each.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void ClearMargins(ref float plane, int start, int length, int size)
        {
            for (int i = 0; i < start; i += 4) Vector128<float>.Zero.StoreUnsafe(ref plane, (nuint)i);
            for (int i = start + length; i < size; i += 4) Vector128<float>.Zero.StoreUnsafe(ref plane, (nuint)i);
        }
        """);

    /// <summary>Lays channels out.</summary>
    public static readonly Helper PackRows = new("PackRows", """
        // Lays channels out as planes with rows of zeros above and below. Copies begin a row apart, so that each row begins a vector in one of them.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackRows(
            ReadOnlySpan<float> input, Span<float> planes, int channels, int height, int width, int above, int copies, int size)
        {
            ref float source = ref MemoryMarshal.GetReference(input), first = ref MemoryMarshal.GetReference(planes);
            for (int plane = 0; plane < channels * copies; plane++)
            {
                int start = (16 - plane % copies * width % 16) % 16 + above * width;
                ref float target = ref Unsafe.Add(ref first, plane * size);
                ClearMargins(ref target, start, height * width, size);
                CopyFloats(ref Unsafe.Add(ref source, plane / copies * height * width), ref Unsafe.Add(ref target, start), height * width);
            }
        }
        """, ClearMargins, VectorHelpers.CopyFloats);

    /// <summary>Lays channels out, with a stride of two.</summary>
    public static readonly Helper PackPhases = new("PackPhases", """
        // Lays channels out as planes of every second row and column, with rows of zeros above and below. Copies begin a row apart, so that each row begins a vector in one of them.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void PackPhases(
            ReadOnlySpan<float> input, Span<float> planes, int channels, int height, int width, int above, int rows, int pitch, int copies, int size)
        {
            if (height < 2 * rows || width < 2 * pitch) Fill(planes, 0f);
            ref float source = ref MemoryMarshal.GetReference(input), phases = ref MemoryMarshal.GetReference(planes);
            for (int channel = 0; channel < channels; channel++, phases = ref Unsafe.Add(ref phases, 4 * copies * size))
            {
                SplitPhases(ref Unsafe.Add(ref source, channel * height * width), ref Unsafe.Add(ref phases, above * pitch), height, width, pitch, copies * size);
                for (int plane = 0; plane < 4 * copies; plane++)
                {
                    int copy = plane % copies, start = (16 - copy * pitch % 16) % 16 + above * pitch;
                    ref float target = ref Unsafe.Add(ref phases, plane * size);
                    ClearMargins(ref target, start, rows * pitch, size);
                    if (copy > 0) CopyFloats(ref Unsafe.Add(ref phases, (plane - copy) * size + above * pitch), ref Unsafe.Add(ref target, start), rows * pitch);
                }
            }
        }
        """, ClearMargins, MaskedHelpers.SplitPhases, VectorHelpers.CopyFloats, VectorHelpers.Fill);

    public static readonly Helper ShiftPixels = new("ShiftPixels", """
        // The pixels to the left of those of x, the last of before and all but the last of x; and to the right, all but the first of x and the first of after.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> LeftOf(Vector512<float> before, Vector512<float> x)
        {
            if (Avx512F.IsSupported) return Avx512F.AlignRight32(x.AsInt32(), before.AsInt32(), 15).AsSingle();
            return Vector512.Create(LeftOf(before.GetUpper(), x.GetLower()), LeftOf(x.GetLower(), x.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> LeftOf(Vector256<float> before, Vector256<float> x)
        {
            if (Avx2.IsSupported) return Avx2.AlignRight(x.AsByte(), Avx2.Permute2x128(before.AsByte(), x.AsByte(), 0x21), 12).AsSingle();
            return Vector256.Create(LeftOf(before.GetUpper(), x.GetLower()), LeftOf(x.GetLower(), x.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> LeftOf(Vector128<float> before, Vector128<float> x)
        {
            if (Ssse3.IsSupported) return Ssse3.AlignRight(x.AsByte(), before.AsByte(), 12).AsSingle();
            if (AdvSimd.IsSupported) return AdvSimd.ExtractVector128(before, x, 3);
            return Vector128.Create(before.GetElement(3), x.GetElement(0), x.GetElement(1), x.GetElement(2));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> RightOf(Vector512<float> x, Vector512<float> after)
        {
            if (Avx512F.IsSupported) return Avx512F.AlignRight32(after.AsInt32(), x.AsInt32(), 1).AsSingle();
            return Vector512.Create(RightOf(x.GetLower(), x.GetUpper()), RightOf(x.GetUpper(), after.GetLower()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> RightOf(Vector256<float> x, Vector256<float> after)
        {
            if (Avx2.IsSupported) return Avx2.AlignRight(Avx2.Permute2x128(x.AsByte(), after.AsByte(), 0x21), x.AsByte(), 4).AsSingle();
            return Vector256.Create(RightOf(x.GetLower(), x.GetUpper()), RightOf(x.GetUpper(), after.GetLower()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> RightOf(Vector128<float> x, Vector128<float> after)
        {
            if (Ssse3.IsSupported) return Ssse3.AlignRight(after.AsByte(), x.AsByte(), 4).AsSingle();
            if (AdvSimd.IsSupported) return AdvSimd.ExtractVector128(x, after, 1);
            return Vector128.Create(x.GetElement(1), x.GetElement(2), x.GetElement(3), after.GetElement(0));
        }
        """);

    /// <summary>The driver method and its tiles.</summary>
    /// <param name="offset">C# type of stored offsets.</param>
    public static Helper Create(string offset)
    {
        string name = offset == "int" ? "ConvolveColumnsFar" : "ConvolveColumns";
        return new Helper(name, () => Text(name, offset), VectorHelpers.MultiplyAdd, VectorHelpers.Clamp, ShiftPixels);
    }

    private static string Parameters(string offset) =>
        $"ref float source, ref float masks, ref int first, ref {offset} offsets, ref float weights, ref float bias, int rows, ref float output, int pixels, float low, float high";

    private static string Text(string name, string offset)
    {
        var text = new StringBuilder(Driver(name, offset));
        foreach ((int width, int[] sizes) in Widths)
            foreach (int size in sizes) text.AppendLine().AppendLine().Append(Tile(name, offset, width, size));
        return text.AppendLine().ToString();
    }

    private static string Driver(string name, string offset)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("// output[row][i] = clamp(bias[row] + sum of weights[row][entry] * source[offsets[row][entry] + i]) for i in [0, pixels), where the entries of a row are those "
            + "of the window's left column, then of its right, then of its middle one: sums of the first two are moved by a pixel. Tiles are of whole rows of the map.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent()) writer.Line(Parameters(offset) + ")");
        using (writer.Block())
        {
            writer.Line("int i = 0;");
            foreach ((int width, int[] sizes) in Widths)
            {
                int lanes = width / 32, smallest = sizes[sizes.Length - 1] * lanes;
                string condition = width == 128 ? "" : FormattableString.Invariant($"Vector{width}.IsHardwareAccelerated && pixels >= {smallest} && ");
                using (writer.Block($"while ({condition}i < pixels)"))
                {
                    foreach (int size in sizes)
                    {
                        int span = size * lanes;
                        if (sizes.Length == 1) Call(size, span);
                        else
                        {
                            using (writer.Block(span == smallest ? "else" : FormattableString.Invariant($"if (pixels - i > {smallest} && pixels >= {span})")))
                                Call(size, span);
                        }
                    }

                    void Call(int size, int span)
                    {
                        writer.Line($"i = Math.Min(i, pixels - {span});");
                        writer.Line($"{name}Tile{width}x{size}(ref Unsafe.Add(ref source, i), ref masks, ref first, ref offsets, ref weights, ref bias, rows, ref Unsafe.Add(ref output, i), pixels, low, high);");
                        writer.Line($"i += {span};");
                    }
                }

                if (width != 128) writer.Line();
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static string Tile(string name, string offset, int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        string create = FormattableString.Invariant($"Vector{width}"), vector = create + "<float>";
        int lanes = width / 32;
        int[] parts = [.. Enumerable.Range(0, size)];
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}Tile{width}x{size}(");
        using (writer.Indent()) writer.Line(Parameters(offset) + ")");
        using (writer.Block())
        using (writer.Block("for (int row = 0; row < rows; row++, first = ref Unsafe.Add(ref first, 3), output = ref Unsafe.Add(ref output, pixels))"))
        {
            writer.Line("int k = first, end = Unsafe.Add(ref first, 1);");
            foreach (int v in parts) writer.Line($"{vector} sum{v} = {vector}.Zero;");
            Entries(writer, create, parts, lanes);
            foreach (int v in parts)
                writer.Line($"{vector} moved{v} = LeftOf({(v == 0 ? vector + ".Zero" : $"sum{v - 1}")}, sum{v}) & {Mask(v, 0)};");
            writer.Line();
            writer.Line("end = Unsafe.Add(ref first, 2);");
            foreach (int v in parts) writer.Line($"sum{v} = {vector}.Zero;");
            Entries(writer, create, parts, lanes);
            foreach (int v in parts)
                writer.Line($"moved{v} += RightOf(sum{v}, {(v == size - 1 ? vector + ".Zero" : $"sum{v + 1}")}) & {Mask(v, ColumnPlanes.TilePixels)};");
            writer.Line();
            writer.Line("end = Unsafe.Add(ref first, 3);");
            writer.Line($"sum0 = {create}.Create(Unsafe.Add(ref bias, row));");
            foreach (int v in parts.Skip(1)) writer.Line($"sum{v} = sum0;");
            Entries(writer, create, parts, lanes);
            foreach (int v in parts) writer.Line($"Clamp(sum{v} + moved{v}, low, high).StoreUnsafe(ref output{At(v * lanes)});");
        }

        return writer.ToString().TrimEnd('\n');

        string Mask(int v, int start) => $"{create}.LoadUnsafe(ref masks{At(start + v * lanes)})";
    }

    private static void Entries(CodeWriter writer, string create, int[] parts, int lanes)
    {
        using (writer.Block("for (; k < end; k++)"))
        {
            writer.Line("ref float x = ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, k));");
            writer.Line($"{create}<float> w = {create}.Create(Unsafe.Add(ref weights, k));");
            foreach (int v in parts) writer.Line($"sum{v} = MultiplyAdd({create}.LoadUnsafe(ref x{At(v * lanes)}), w, sum{v});");
        }

        writer.Line();
    }

    private static string At(int index) => index == 0 ? "" : FormattableString.Invariant($", {index}");
}
