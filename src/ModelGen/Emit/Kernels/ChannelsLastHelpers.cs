using System;
using System.Linq;
using System.Text;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// Convolution with channels last, modern profile: a tile is a few pixels with a panel of output channels, whose sums stay in registers. An input
/// is multiplied with the whole panel, a weight with all pixels of the tile.
/// </summary>
internal static class ChannelsLastHelpers
{
    private static readonly int[] Widths = [512, 256, 128];

    private static readonly Helper PixelOffset = new("PixelOffset", """
        // How much farther the window of the p-th pixel from here begins; of this row there are left so many, and between rows there is a gap.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int PixelOffset(int p, int left, int width, int pixelPitch, int gap) =>
            p * pixelPitch + (p < left ? 0 : p < left + width ? gap : ((p - left) / width + 1) * gap);
        """);

    /// <summary>Modern: an input with its padding; bytes become 16-bit numbers.</summary>
    /// <param name="element">Float32, Int8 or UInt8.</param>
    public static Helper PadRows(ElementType element)
    {
        string type = element.Keyword(), padded = element.IsByte() ? "short" : type;
        string copy = element.IsByte() ? "WidenRun(source, target.Slice(left));" : "source.CopyTo(target.Slice(left));";
        return new Helper("PadRows" + element, $$"""
            // Rows of an input inside of larger ones, with padding around them.
            private static void PadRows{{element}}(
                ReadOnlySpan<{{type}}> input, Span<{{padded}}> padded, int rows, int length, int paddedRows, int pitch, int top, int left, {{padded}} padding)
            {
                int count = Math.Min(rows, paddedRows - top), copied = Math.Min(length, pitch - left);
                padded.Slice(0, top * pitch).Fill(padding);
                for (int row = 0; row < count; row++)
                {
                    ReadOnlySpan<{{type}}> source = input.Slice(row * length, copied);
                    Span<{{padded}}> target = padded.Slice((top + row) * pitch, pitch);
                    target.Slice(0, left).Fill(padding);
                    {{copy}}
                    target.Slice(left + copied).Fill(padding);
                }

                padded.Slice((top + count) * pitch).Fill(padding);
            }
            """, element.IsByte() ? [WidenRun(type)] : []);
    }

    private static Helper WidenRun(string type) => new("WidenRun_" + type, $$"""
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void WidenRun(ReadOnlySpan<{{type}}> input, Span<short> output)
        {
            ref {{type}} x = ref MemoryMarshal.GetReference(input);
            ref short y = ref MemoryMarshal.GetReference(output);
            int i = 0;
            for (; i <= input.Length - 16; i += 16) Vector256.WidenLower(Vector128.LoadUnsafe(ref x, (nuint)i).ToVector256Unsafe()).AsInt16().StoreUnsafe(ref y, (nuint)i);
            for (; i <= input.Length - 8; i += 8) Vector128.WidenLower(Vector64.LoadUnsafe(ref x, (nuint)i).ToVector128Unsafe()).AsInt16().StoreUnsafe(ref y, (nuint)i);
            for (; i < input.Length; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i);
        }
        """);

    /// <summary>Modern: pairs of neighbouring pixels with their padding.</summary>
    /// <param name="element">Int8 or UInt8.</param>
    public static Helper PairRows(ElementType element)
    {
        string type = element.Keyword();
        return new Helper("PairRows" + element, $$"""
            // padded[i] = two 16-bit numbers: bytes i and i + shift of rows with the zero point around them, which a line holds one at a time.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void PairRows{{element}}(
                ReadOnlySpan<{{type}}> input, Span<{{type}}> line, Span<int> padded, int rows, int length, int paddedRows, int pitch, int top, int left, int shift, {{type}} zeroPoint)
            {
                int count = Math.Min(rows, paddedRows - top), copied = Math.Min(length, pitch - left), pair = zeroPoint & 0xFFFF | zeroPoint << 16;
                line.Fill(zeroPoint);
                padded.Slice(0, top * pitch).Fill(pair);
                ref {{type}} first = ref MemoryMarshal.GetReference(line);
                for (int row = 0; row < count; row++)
                {
                    input.Slice(row * length, copied).CopyTo(line.Slice(left));
                    WidenPairs(ref first, ref Unsafe.Add(ref first, shift), ref MemoryMarshal.GetReference(padded.Slice((top + row) * pitch)), pitch);
                }

                padded.Slice((top + count) * pitch).Fill(pair);
            }
            """, PackingHelpers.WidenPairs);
    }

    /// <summary>The driver method and its tiles.</summary>
    /// <param name="isDepthwise">Whether each channel is convolved on its own.</param>
    /// <param name="isInteger">Whether elements are pairs of 16-bit numbers.</param>
    public static Helper Convolve(bool isDepthwise, bool isInteger)
    {
        var flavor = new Flavor(isDepthwise, isInteger);
        return isInteger
            ? new Helper(flavor.Name, () => Text(flavor), VectorHelpers.MultiplyAddPairs, VectorHelpers.LoadPairs, VectorHelpers.Requantize,
                VectorHelpers.StoreBytes, ByteTileHelpers.StoreByteRuns, PixelOffset)
            : new Helper(flavor.Name, () => Text(flavor), VectorHelpers.MultiplyAdd, VectorHelpers.Clamp, PixelOffset);
    }

    // Pixels a tile: sums of 16 channels for each, two weights and an input fill 32 or 16 registers.
    private static int[] Sizes(int width) => width switch { 512 => [12, 6, 3, 1], 256 => [6, 3, 1], _ => [4, 2, 1] };

    private static string Text(Flavor flavor)
    {
        var text = new StringBuilder(Driver(flavor));
        foreach (int width in Widths)
            foreach (int size in Sizes(width)) text.AppendLine().AppendLine().Append(Tile(flavor, width, size));
        return text.AppendLine().ToString();
    }

    private static string Driver(Flavor flavor)
    {
        var writer = new CodeWriter(Helper.Depth);
        string terms = flavor.IsDepthwise ? "weights[panel][tap][lane] * source[start(pixel) + offsets[tap] + channel]"
            : "weights[panel][run][k][lane] * source[start(pixel) + offsets[run] + k]";
        writer.Line($"// output[pixel][channel] = {(flavor.IsInteger ? "requantize" : "clamp")}(bias[channel] + sum of {terms}).");
        string elements = !flavor.IsInteger ? "" : flavor.IsDepthwise ? " Elements are pairs of 16-bit numbers, weights pairs of bytes."
            : " Two neighbouring numbers are read at once, weights are pairs of bytes.";
        writer.Line($"// A panel has {ChannelsLastKernel.PanelLanes} channels, a small one {ChannelsLastKernel.SmallPanelLanes}; the last one is moved back to end with them.{elements}");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {flavor.Name}(");
        using (writer.Indent())
        {
            writer.Line($"ref {flavor.Source} source, {flavor.Tables},");
            writer.Line($"ref {flavor.Output} output, int pixels, int width, int rowPitch, int pixelPitch, {flavor.Range})");
        }

        using (writer.Block())
        {
            writer.Line("int i = 0, gap = rowPitch - width * pixelPitch;");
            writer.Line("if (gap == 0) width = pixels;");
            foreach (int width in Widths)
            {
                string condition = width == 128 ? "" : FormattableString.Invariant($"Vector{width}.IsHardwareAccelerated && ");
                using (writer.Block($"while ({condition}i < pixels)")) Choose(writer, flavor, width);
                if (width != 128) writer.Line();
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    // The largest tile that is more than half full; the last one is moved back to end with the map. Tiles in a row are done in one call.
    private static void Choose(CodeWriter writer, Flavor flavor, int width)
    {
        writer.Line("int rest = pixels - i;");
        foreach (int size in Sizes(width))
        {
            string test = size == 1 ? "else" : FormattableString.Invariant($"{(size == Sizes(width)[0] ? "" : "else ")}if (rest > {size / 2} && pixels >= {size})");
            using (writer.Block(test))
            {
                if (size > 1) writer.Line($"i = Math.Min(i, pixels - {size});");
                string tiles = size == 1 ? "left" : $"Math.Max(left / {size}, 1)";
                writer.Line($"int row = i / width, left = (row + 1) * width - i, start = i * pixelPitch + row * gap, tiles = {tiles};");
                foreach (int p in Enumerable.Range(1, size - 1))
                    writer.Line(FormattableString.Invariant($"int start{p} = PixelOffset({p}, left, width, pixelPitch, gap);"));
                string starts = string.Concat(Enumerable.Range(1, size - 1).Select(p => FormattableString.Invariant($" start{p},")));
                writer.Line($"{flavor.Name}Tile{width}x{size}(");
                using (writer.Indent())
                {
                    writer.Line($"ref Unsafe.Add(ref source, start),{starts} tiles, {Times(size, "pixelPitch")},");
                    writer.Line($"{flavor.Arguments(flavor.Tables)}, ref Unsafe.Add(ref output, i * channels), {flavor.Arguments(flavor.Range)});");
                }

                writer.Line($"i += {Times(size, "tiles")};");
            }
        }
    }

    private static string Tile(Flavor flavor, int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {flavor.Name}Tile{width}x{size}(");
        using (writer.Indent())
        {
            string starts = string.Concat(Enumerable.Range(1, size - 1).Select(p => FormattableString.Invariant($" nint start{p},")));
            writer.Line($"ref {flavor.Source} source,{starts} int tiles, int step,");
            writer.Line($"{flavor.Tables}, ref {flavor.Output} output, {flavor.Range})");
        }

        using (writer.Block())
        using (writer.Block($"for (; tiles > 0; tiles--, source = ref Unsafe.Add(ref source, step), output = ref Unsafe.Add(ref output, {Times(size, "channels")}))"))
        {
            writer.Line($"ref {flavor.Weight} panel = ref weights;");
            using (writer.Block("for (int channel = 0; channel < channels;)"))
            {
                using (writer.Block($"if (channels - channel > {ChannelsLastKernel.SmallPanelLanes} && channels >= {ChannelsLastKernel.PanelLanes})"))
                    Sums(writer, flavor, width, size, ChannelsLastKernel.PanelLanes);
                using (writer.Block("else"))
                    Sums(writer, flavor, Math.Min(width, 256), size, ChannelsLastKernel.SmallPanelLanes);
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Sums(CodeWriter writer, Flavor flavor, int width, int size, int lanes)
    {
        string vector = FormattableString.Invariant($"Vector{width}"), sums = $"{vector}<{flavor.Element}>";
        int step = width / 32;
        int[] pixels = [.. Enumerable.Range(0, size)], parts = [.. Enumerable.Range(0, lanes / step)];
        writer.Line($"channel = Math.Min(channel, channels - {lanes});");
        foreach (int v in parts)
        {
            string others = string.Concat(pixels.Skip(1).Select(p => FormattableString.Invariant($", sum{p}{v} = sum0{v}")));
            writer.Line($"{sums} sum0{v} = {vector}.LoadUnsafe(ref bias, (nuint)channel{Plus(v * step)}){others};");
        }

        using (writer.Block(flavor.IsDepthwise ? "for (int tap = 0; tap < taps; tap++)" : "for (int run = 0; run < runs; run++)"))
        {
            string first = $"ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, {(flavor.IsDepthwise ? "tap) + channel" : "run)")})";
            writer.Line($"ref {flavor.Source} x0 = {first};");
            foreach (int p in pixels.Skip(1)) writer.Line($"ref {flavor.Source} x{p} = ref Unsafe.Add(ref x0, start{p});");
            if (flavor.IsDepthwise) Terms();
            else
                using (writer.Block("for (nint k = 0; k < length; k++)")) Terms();
        }

        writer.Line();
        if (flavor.IsInteger)
            foreach (int v in parts) writer.Line($"{vector}<float> scale{v} = {vector}.LoadUnsafe(ref multipliers, (nuint)channel{Plus(v * step)});");
        foreach (int p in pixels) Finish(p);
        writer.Line($"channel += {lanes};");

        void Terms()
        {
            foreach (int v in parts)
                writer.Line(flavor.IsInteger ? $"{sums} w{v} = LoadPairs{width}(ref {At("panel", 2 * v * step)});" : $"{sums} w{v} = {Load("panel", v)};");
            writer.Line($"panel = ref Unsafe.Add(ref panel, {(flavor.IsInteger ? 2 : 1) * lanes});");
            foreach (int p in pixels)
            {
                if (!flavor.IsDepthwise) writer.Line($"{(p == 0 ? sums + " " : "")}x = {vector}.Create(Unsafe.Add(ref {(flavor.IsInteger ? $"Unsafe.As<short, int>(ref x{p})" : $"x{p}")}, k));");
                foreach (int v in parts)
                    writer.Line($"sum{p}{v} = {(flavor.IsInteger ? "MultiplyAddPairs" : "MultiplyAdd")}({(flavor.IsDepthwise ? Load($"x{p}", v) : "x")}, w{v}, sum{p}{v});");
            }
        }

        void Finish(int p)
        {
            writer.Line($"ref {flavor.Output} y{p} = ref Unsafe.Add(ref output, {(p == 0 ? "" : Times(p, "channels") + " + ")}channel);");
            string Bytes(int v) => $"Requantize(sum{p}{v}, scale{v}, low, high, zeroPoint)";
            if (!flavor.IsInteger)
                foreach (int v in parts) writer.Line($"Clamp(sum{p}{v}, low, high).StoreUnsafe(ref y{p}{(v == 0 ? "" : FormattableString.Invariant($", {v * step}"))});");
            else if (parts.Length == 1) writer.Line($"StoreBytes({Bytes(0)}, ref y{p});");
            else
                for (int v = 0; v < parts.Length; v += 2) writer.Line($"StoreBytes({Bytes(v)}, {Bytes(v + 1)}, ref {At($"y{p}", v * step)});");
        }

        string Load(string from, int v) => $"{vector}.LoadUnsafe(ref {from}{(v == 0 ? "" : FormattableString.Invariant($", {v * step}"))})";
    }

    private static string At(string reference, int offset) => offset == 0 ? reference : FormattableString.Invariant($"Unsafe.Add(ref {reference}, {offset})");

    private static string Times(int factor, string name) => factor == 1 ? name : FormattableString.Invariant($"{factor} * {name}");

    private static string Plus(int lanes) => lanes == 0 ? "" : FormattableString.Invariant($" + {lanes}");

    // What the methods for numbers and for pairs, for all channels and for each, differ by.
    private sealed record Flavor(bool IsDepthwise, bool IsInteger)
    {
        public string Name => (IsDepthwise ? "ConvolveEachChannel" : "ConvolveChannels") + (IsInteger ? "Int8" : "");

        public string Element => IsInteger ? "int" : "float";

        public string Source => IsInteger && !IsDepthwise ? "short" : Element;

        public string Weight => IsInteger ? "sbyte" : "float";

        public string Output => IsInteger ? "byte" : "float";

        public string Tables => $"ref int offsets, {(IsDepthwise ? "int taps" : "int runs, int length")}, ref {Weight} weights, ref {Element} bias, "
            + (IsInteger ? "ref float multipliers, " : "") + "int channels";

        public string Range => "float low, float high" + (IsInteger ? ", int zeroPoint" : "");

        // The arguments that parameters are handed on as.
        public string Arguments(string parameters) => string.Join(", ", parameters.Split([", "], StringSplitOptions.None).Select(parameter =>
            (parameter.StartsWith("ref ", StringComparison.Ordinal) ? "ref " : "") + parameter.Substring(parameter.LastIndexOf(' ') + 1)));
    }
}
