using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// Loops over the pixels of a map with channels last, modern profile: a method that cuts the map into tiles of a few pixels, whatever the width of
/// its rows, and a method for each width of vectors and size of a tile.
/// </summary>
internal sealed record PixelTiles
{
    /// <summary>How far windows lie apart.</summary>
    public static readonly Helper PixelOffset = new("PixelOffset", """
        // How much farther the window of the p-th pixel from here begins; of this row there are left so many, and between rows there is a gap.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int PixelOffset(int p, int left, int width, int pixelPitch, int gap) =>
            p * pixelPitch + (p < left ? 0 : p < left + width ? gap : ((p - left) / width + 1) * gap);
        """);

    /// <summary>Name of the method.</summary>
    public required string Name { get; init; }

    /// <summary>Comment before it: what it computes.</summary>
    public required string Comment { get; init; }

    /// <summary>Element of the input.</summary>
    public required string Source { get; init; }

    /// <summary>Parameters for weights; the last is <c>int channels</c>.</summary>
    public required string Tables { get; init; }

    /// <summary>Element of the output.</summary>
    public required string Output { get; init; }

    /// <summary>Parameters for what becomes of sums.</summary>
    public required string Range { get; init; }

    /// <summary>Widths of vectors in bits, widest first; the last is always there.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>Pixels of the tiles of a width, in descending order to 1.</summary>
    public required Func<int, int[]> Sizes { get; init; }

    /// <summary>What else has to be so for a tile to be taken: width and pixels; may be empty.</summary>
    public Func<int, int, string> Condition { get; init; } = (_, _) => "";

    /// <summary>Writes what is done for a tile: width and pixels. The windows of the others begin <c>start1</c> and so on after <c>source</c>.</summary>
    public required Action<CodeWriter, int, int> Body { get; init; }

    /// <summary>All methods.</summary>
    public string Text()
    {
        var text = new StringBuilder(Driver());
        foreach (int width in Widths)
            foreach (int size in Sizes(width)) text.AppendLine().AppendLine().Append(Tile(width, size));
        return text.AppendLine().ToString();
    }

    /// <summary><c>factor * name</c>.</summary>
    public static string Times(int factor, string name) => factor == 1 ? name : FormattableString.Invariant($"{factor} * {name}");

    private string Driver()
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Lines(Comment);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {Name}(");
        using (writer.Indent())
        {
            writer.Line($"ref {Source} source, {Tables},");
            writer.Line($"ref {Output} output, int pixels, int width, int rowPitch, int pixelPitch, {Range})");
        }

        using (writer.Block())
        {
            writer.Line("int i = 0, gap = rowPitch - width * pixelPitch;");
            writer.Line("if (gap == 0) width = pixels;");
            foreach (int width in Widths)
            {
                bool isLast = width == Widths[Widths.Count - 1];
                string condition = isLast ? "" : FormattableString.Invariant($"Vector{width}.IsHardwareAccelerated && ");
                using (writer.Block($"while ({condition}i < pixels)")) Choose(writer, width);
                if (!isLast) writer.Line();
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    // The largest tile that is more than half full; the last one is moved back to end with the map. Tiles in a row are done in one call.
    private void Choose(CodeWriter writer, int width)
    {
        writer.Line("int rest = pixels - i;");
        foreach (int size in Sizes(width))
        {
            string condition = Condition(width, size);
            if (condition.Length > 0) condition = " && " + condition;
            string test = size == 1 ? "else" : FormattableString.Invariant($"{(size == Sizes(width)[0] ? "" : "else ")}if (rest > {size / 2} && pixels >= {size}{condition})");
            using (writer.Block(test))
            {
                if (size > 1) writer.Line($"i = Math.Min(i, pixels - {size});");
                string tiles = size == 1 ? "left" : $"Math.Max(left / {size}, 1)";
                writer.Line($"int row = i / width, left = (row + 1) * width - i, start = i * pixelPitch + row * gap, tiles = {tiles};");
                foreach (int p in Enumerable.Range(1, size - 1))
                    writer.Line(FormattableString.Invariant($"int start{p} = PixelOffset({p}, left, width, pixelPitch, gap);"));
                string starts = string.Concat(Enumerable.Range(1, size - 1).Select(p => FormattableString.Invariant($" start{p},")));
                writer.Line($"{Name}Tile{width}x{size}(");
                using (writer.Indent())
                {
                    writer.Line($"ref Unsafe.Add(ref source, start),{starts} tiles, {Times(size, "pixelPitch")},");
                    writer.Line($"{Arguments(Tables)}, ref Unsafe.Add(ref output, i * channels), {Arguments(Range)});");
                }

                writer.Line($"i += {Times(size, "tiles")};");
            }
        }
    }

    private string Tile(int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {Name}Tile{width}x{size}(");
        using (writer.Indent())
        {
            string starts = string.Concat(Enumerable.Range(1, size - 1).Select(p => FormattableString.Invariant($" nint start{p},")));
            writer.Line($"ref {Source} source,{starts} int tiles, int step,");
            writer.Line($"{Tables}, ref {Output} output, {Range})");
        }

        using (writer.Block())
        using (writer.Block($"for (; tiles > 0; tiles--, source = ref Unsafe.Add(ref source, step), output = ref Unsafe.Add(ref output, {Times(size, "channels")}))"))
            Body(writer, width, size);
        return writer.ToString().TrimEnd('\n');
    }

    // The arguments that parameters are handed on as.
    private static string Arguments(string parameters) => string.Join(", ", parameters.Split([", "], StringSplitOptions.None).Select(parameter =>
        (parameter.StartsWith("ref ", StringComparison.Ordinal) ? "ref " : "") + parameter.Substring(parameter.LastIndexOf(' ') + 1)));
}
