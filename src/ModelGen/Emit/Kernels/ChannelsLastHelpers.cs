using System;
using System.Linq;
using System.Text;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// Convolution with channels last, modern profile: a tile is a few pixels with a panel of output channels, whose sums stay in registers. An input
/// is multiplied with the whole panel, a weight with all pixels of the tile.
/// </summary>
internal static class ChannelsLastHelpers
{
    private const int Panel = 16;

    private static readonly int[] Widths = [512, 256, 128];

    private static readonly Helper PixelStart = new("PixelStart", """
        // Where the window of output pixel i begins.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int PixelStart(int i, int width, int rowPitch, int pixelPitch) => i / width * rowPitch + i % width * pixelPitch;
        """);

    /// <summary>Every input channel to every output channel.</summary>
    public static readonly Helper Dense = Create("ConvolveChannels", isDepthwise: false);

    /// <summary>Each channel on its own.</summary>
    public static readonly Helper Depthwise = Create("ConvolveEachChannel", isDepthwise: true);

    /// <summary>An input with its padding.</summary>
    public static readonly Helper PadRows = new("PadRows", """
        // Rows of an input inside of larger ones, with zeros around them.
        private static void PadRows(ReadOnlySpan<float> input, Span<float> padded, int rows, int length, int paddedRows, int pitch, int top, int left)
        {
            int count = Math.Min(rows, paddedRows - top), copied = Math.Min(length, pitch - left);
            padded.Slice(0, top * pitch).Clear();
            for (int row = 0; row < count; row++)
            {
                Span<float> target = padded.Slice((top + row) * pitch, pitch);
                target.Slice(0, left).Clear();
                input.Slice(row * length, copied).CopyTo(target.Slice(left));
                target.Slice(left + copied).Clear();
            }

            padded.Slice((top + count) * pitch).Clear();
        }
        """);

    private static Helper Create(string name, bool isDepthwise) =>
        new(name, () => Text(name, isDepthwise), VectorHelpers.MultiplyAdd, VectorHelpers.Clamp, PixelStart);

    // Pixels a tile: sums of 16 channels for each have to leave room for two weights and an input in 32 or 16 registers.
    private static int[] Sizes(int width) => width switch { 512 => [12, 6, 3, 1], 256 => [6, 3, 1], _ => [4, 2, 1] };

    private static string Runs(bool isDepthwise) => isDepthwise ? "int taps" : "int runs, int length";

    private static string Text(string name, bool isDepthwise)
    {
        var text = new StringBuilder(Driver(name, isDepthwise));
        foreach (int width in Widths)
            foreach (int size in Sizes(width)) text.AppendLine().AppendLine().Append(Tile(name, isDepthwise, width, size));
        return text.AppendLine().ToString();
    }

    private static string Driver(string name, bool isDepthwise)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line(isDepthwise
            ? "// output[pixel][channel] = clamp(bias[channel] + sum of weights[panel][tap][lane] * source[start(pixel) + offsets[tap] + channel]); a panel has 16 channels, a last one 8."
            : "// output[pixel][channel] = clamp(bias[channel] + sum of weights[panel][run][k][lane] * source[start(pixel) + offsets[run] + k]); a panel has 16 channels, a last one 8.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
        {
            writer.Line($"ref float source, ref int offsets, {Runs(isDepthwise)}, ref float weights, ref float bias, int channels,");
            writer.Line("ref float output, int pixels, int width, int rowPitch, int pixelPitch, float low, float high)");
        }

        using (writer.Block())
        {
            writer.Line("int i = 0, rowLength = rowPitch == width * pixelPitch ? pixels : width;");
            foreach (int width in Widths)
            {
                string condition = width == 128 ? "" : FormattableString.Invariant($"if (Vector{width}.IsHardwareAccelerated) ");
                using (writer.Block(condition + "while (i < pixels)")) Choose(writer, name, isDepthwise, width);
                writer.Line();
            }
        }

        return writer.ToString().TrimEnd('\n').Replace("\n\n        }", "\n        }");
    }

    // The largest tile that is more than half full; the last one is moved back to end with the map. Tiles in a row are done in one call.
    private static void Choose(CodeWriter writer, string name, bool isDepthwise, int width)
    {
        writer.Line("int rest = pixels - i;");
        foreach (int size in Sizes(width))
        {
            string test = size == 1 ? "else" : FormattableString.Invariant($"{(size == Sizes(width)[0] ? "" : "else ")}if (rest > {size / 2} && pixels >= {size})");
            using (writer.Block(test))
            {
                if (size > 1) writer.Line($"i = Math.Min(i, pixels - {size});");
                writer.Line($"int start = PixelStart(i, width, rowPitch, pixelPitch), run = rowLength - i % rowLength, tiles = {(size == 1 ? "run" : $"Math.Max(run / {size}, 1)")};");
                foreach (int p in Enumerable.Range(1, size - 1))
                    writer.Line(FormattableString.Invariant($"int start{p} = run > {p} ? {Times(p, "pixelPitch")} : PixelStart(i + {p}, width, rowPitch, pixelPitch) - start;"));
                string starts = string.Concat(Enumerable.Range(1, size - 1).Select(p => FormattableString.Invariant($" start{p},")));
                writer.Line($"{name}Tile{width}x{size}(");
                using (writer.Indent())
                {
                    writer.Line($"ref Unsafe.Add(ref source, start),{starts} tiles, {Times(size, "pixelPitch")},");
                    writer.Line($"ref offsets, {Runs(isDepthwise).Replace("int ", "")}, ref weights, ref bias, channels, ref Unsafe.Add(ref output, i * channels), low, high);");
                }

                writer.Line($"i += {Times(size, "tiles")};");
            }
        }
    }

    private static string Tile(string name, bool isDepthwise, int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}Tile{width}x{size}(");
        using (writer.Indent())
        {
            string starts = string.Concat(Enumerable.Range(1, size - 1).Select(p => FormattableString.Invariant($" nint start{p},")));
            writer.Line($"ref float source,{starts} int tiles, int step,");
            writer.Line($"ref int offsets, {Runs(isDepthwise)}, ref float weights, ref float bias, int channels, ref float output, float low, float high)");
        }

        using (writer.Block())
        using (writer.Block($"for (; tiles > 0; tiles--, source = ref Unsafe.Add(ref source, step), output = ref Unsafe.Add(ref output, {Times(size, "channels")}))"))
        {
            writer.Line("int channel = 0;");
            writer.Line("ref float panel = ref weights;");
            using (writer.Block($"for (; channel <= channels - {Panel}; channel += {Panel})")) Sums(writer, isDepthwise, width, size, Panel);
            writer.Line();
            using (writer.Block("if (channel < channels)")) Sums(writer, isDepthwise, Math.Min(width, 256), size, Panel / 2);
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Sums(CodeWriter writer, bool isDepthwise, int width, int size, int lanes)
    {
        string vector = FormattableString.Invariant($"Vector{width}");
        int step = width / 32;
        int[] pixels = [.. Enumerable.Range(0, size)], parts = [.. Enumerable.Range(0, lanes / step)];
        foreach (int v in parts)
        {
            string others = string.Concat(pixels.Skip(1).Select(p => FormattableString.Invariant($", sum{p}{v} = sum0{v}")));
            writer.Line($"{vector}<float> sum0{v} = {vector}.LoadUnsafe(ref bias, (nuint)channel{Plus(v * step)}){others};");
        }

        using (writer.Block(isDepthwise ? "for (int tap = 0; tap < taps; tap++)" : "for (int run = 0; run < runs; run++)"))
        {
            writer.Line($"ref float x0 = ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, {(isDepthwise ? "tap) + channel" : "run)")});");
            foreach (int p in pixels.Skip(1)) writer.Line($"ref float x{p} = ref Unsafe.Add(ref x0, start{p});");
            if (isDepthwise) Terms();
            else
                using (writer.Block("for (nint k = 0; k < length; k++)")) Terms();
        }

        writer.Line();
        foreach (int p in pixels)
        {
            writer.Line(FormattableString.Invariant($"ref float y{p} = ref Unsafe.Add(ref output, {(p == 0 ? "" : Times(p, "channels") + " + ")}channel);"));
            foreach (int v in parts) writer.Line($"Clamp(sum{p}{v}, low, high).StoreUnsafe(ref y{p}{(v == 0 ? "" : FormattableString.Invariant($", {v * step}"))});");
        }

        void Terms()
        {
            foreach (int v in parts) writer.Line($"{vector}<float> w{v} = {vector}.LoadUnsafe(ref panel{(v == 0 ? "" : FormattableString.Invariant($", {v * step}"))});");
            writer.Line($"panel = ref Unsafe.Add(ref panel, {lanes});");
            foreach (int p in pixels)
            {
                if (!isDepthwise) writer.Line($"{(p == 0 ? vector + "<float> " : "")}x = {vector}.Create(Unsafe.Add(ref x{p}, k));");
                foreach (int v in parts)
                {
                    string x = !isDepthwise ? "x" : $"{vector}.LoadUnsafe(ref x{p}{(v == 0 ? "" : FormattableString.Invariant($", {v * step}"))})";
                    writer.Line($"sum{p}{v} = MultiplyAdd({x}, w{v}, sum{p}{v});");
                }
            }
        }
    }

    private static string Times(int factor, string name) => factor == 1 ? name : FormattableString.Invariant($"{factor} * {name}");

    private static string Plus(int lanes) => lanes == 0 ? "" : FormattableString.Invariant($" + {lanes}");
}
