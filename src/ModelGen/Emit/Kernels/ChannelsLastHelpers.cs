using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// Convolution with channels last, modern profile: a tile is a few pixels with a panel of output channels, whose sums stay in registers. An input
/// is multiplied with the whole panel, a weight with all pixels of the tile.
/// </summary>
internal static class ChannelsLastHelpers
{
    /// <summary>Modern: an input with its padding; bytes become 16-bit numbers.</summary>
    /// <param name="element">Float32, Int8 or UInt8.</param>
    public static Helper PadRows(ElementType element)
    {
        string type = element.Keyword(), padded = element.IsByte() ? "short" : type;
        string copy = element.IsByte() ? "WidenRun(source, target.Slice(left));" : "source.CopyTo(target.Slice(left));";
        return new Helper("PadRows" + element, $$"""
            // Rows of an input inside of larger ones, with padding around them.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void PadRows{{element}}(
                ReadOnlySpan<{{type}}> input, Span<{{padded}}> padded, int rows, int length, int paddedRows, int pitch, int top, int left, {{padded}} padding)
            {
                int count = Math.Min(rows, paddedRows - top), copied = Math.Min(length, pitch - left);
                Fill(padded.Slice(0, top * pitch), padding);
                for (int row = 0; row < count; row++)
                {
                    ReadOnlySpan<{{type}}> source = input.Slice(row * length, copied);
                    Span<{{padded}}> target = padded.Slice((top + row) * pitch, pitch);
                    Fill(target.Slice(0, left), padding);
                    {{copy}}
                    Fill(target.Slice(left + copied), padding);
                }

                Fill(padded.Slice((top + count) * pitch), padding);
            }
            """, element.IsByte() ? [WidenRun(element), VectorHelpers.Fill] : [VectorHelpers.Fill]);
    }

    private static Helper WidenRun(ElementType element) => new("WidenRun" + element, $$"""
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void WidenRun(ReadOnlySpan<{{element.Keyword()}}> input, Span<short> output)
        {
            ref {{element.Keyword()}} x = ref MemoryMarshal.GetReference(input);
            ref short y = ref MemoryMarshal.GetReference(output);
            int i = 0;
            for (; i <= input.Length - 16; i += 16) Vector256.WidenLower(Vector128.LoadUnsafe(ref x, (nuint)i).ToVector256Unsafe()).AsInt16().StoreUnsafe(ref y, (nuint)i);
            for (; i <= input.Length - 8; i += 8) Vector128.WidenLower(LoadEight(ref Unsafe.Add(ref x, i))).AsInt16().StoreUnsafe(ref y, (nuint)i);
            for (; i < input.Length; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i);
        }
        """, VectorHelpers.LoadEight(element));

    /// <summary>Modern: pairs of neighbouring pixels with their padding.</summary>
    /// <param name="element">Int8 or UInt8.</param>
    /// <param name="isEven">Whether only even pixels are laid out, each with the next one.</param>
    public static Helper PairRows(ElementType element, bool isEven)
    {
        string type = element.Keyword(), name = (isEven ? "PairEvenPixels" : "PairRows") + element;
        string comment = isEven ? "each even pixel with the next one, as two 16-bit numbers a channel: rows have the zero point around them, in a line that holds one at a time."
            : "padded[i] = two 16-bit numbers: bytes i and i + shift of rows with the zero point around them, which a line holds one at a time.";
        return new Helper(name, $$"""
            // {{comment}}
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ReadOnlySpan<{{type}}> input, Span<{{type}}> line, Span<int> padded, int rows, int length, int paddedRows, int pitch, int top, int left, {{(isEven ? "int channels, int pairs" : "int shift")}}, {{type}} zeroPoint)
            {
                int count = Math.Min(rows, paddedRows - top), copied = Math.Min(length, pitch - left), pair = zeroPoint & 0xFFFF | zeroPoint << 16{{(isEven ? ", packed = pairs * channels" : "")}};
                Fill(line, zeroPoint);
                Fill(padded.Slice(0, top * {{(isEven ? "packed" : "pitch")}}), pair);
                ref {{type}} first = ref MemoryMarshal.GetReference(line);
                for (int row = 0; row < count; row++)
                {
                    input.Slice(row * length, copied).CopyTo(line.Slice(left));
                    {{(isEven ? "WidenPixelPairs(ref first, ref MemoryMarshal.GetReference(padded.Slice((top + row) * packed)), channels, pairs);"
                        : "WidenPairs(ref first, ref Unsafe.Add(ref first, shift), ref MemoryMarshal.GetReference(padded.Slice((top + row) * pitch)), pitch);")}}
                }

                Fill(padded.Slice((top + count) * {{(isEven ? "packed" : "pitch")}}), pair);
            }
            """, isEven ? [WidenPixelPairs(element), VectorHelpers.Fill] : [PackingHelpers.WidenPairs, VectorHelpers.Fill]);
    }

    private static Helper WidenPixelPairs(ElementType element) => new("WidenPixelPairs" + element, $$"""
        // Vectors of a pair may reach into the next one, which is written after it; the last pair is written by itself.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void WidenPixelPairs(ref {{element.Keyword()}} pixels, ref int pairs, int channels, int count)
        {
            for (; count > 1; count--, pixels = ref Unsafe.Add(ref pixels, 2 * channels), pairs = ref Unsafe.Add(ref pairs, channels))
            {
                int i = 0;
                for (; Avx512F.IsSupported && i < channels - 8; i += 16) WidenSixteenPairs(ref Unsafe.Add(ref pixels, i), ref Unsafe.Add(ref pixels, i + channels), ref Unsafe.Add(ref pairs, i));
                for (; i < channels; i += 8) WidenEightPairs(ref Unsafe.Add(ref pixels, i), ref Unsafe.Add(ref pixels, i + channels), ref Unsafe.Add(ref pairs, i));
            }

            WidenPairs(ref pixels, ref Unsafe.Add(ref pixels, channels), ref pairs, channels);
        }
        """, PackingHelpers.WidenPairs);

    /// <summary>The driver method and its tiles.</summary>
    /// <param name="isDepthwise">Whether each channel is convolved on its own.</param>
    /// <param name="isInteger">Whether elements are pairs of 16-bit numbers.</param>
    public static Helper Convolve(bool isDepthwise, bool isInteger)
    {
        var flavor = new Flavor(isDepthwise, isInteger);
        return isInteger
            ? new Helper(flavor.Name, () => Text(flavor), VectorHelpers.MultiplyAddPairs, VectorHelpers.LoadPairs, VectorHelpers.Requantize,
                VectorHelpers.StoreBytes, ByteTileHelpers.StoreByteRuns, PixelTiles.PixelOffset)
            : new Helper(flavor.Name, () => Text(flavor), VectorHelpers.MultiplyAdd, VectorHelpers.Clamp, PixelTiles.PixelOffset);
    }

    private const int PixelsOfFourPanels = 6;

    // Pixels a tile: sums of 16 channels for each, two weights and an input fill 32 or 16 registers.
    private static int[] Sizes(int width) => width switch { 512 => [12, 6, 3, 1], 256 => [6, 3, 1], _ => [4, 2, 1] };

    private static string Text(Flavor flavor) => new PixelTiles
    {
        Name = flavor.Name,
        Comment = Comment(flavor),
        Source = flavor.Source,
        Tables = flavor.Tables,
        Output = flavor.Output,
        Range = flavor.Range,
        Widths = [512, 256, 128],
        Sizes = Sizes,
        Condition = (width, size) => width == 512 && size > PixelsOfFourPanels && !flavor.IsDepthwise ? FourPanels(flavor) : "",
        Body = (writer, width, size) => Panels(writer, flavor, width, size),
    }.Text();

    private static string Comment(Flavor flavor)
    {
        string terms = flavor.IsDepthwise ? "weights[panel][tap][lane] * source[start(pixel) + offsets[tap] + channel]"
            : "weights[panel][run][k][lane] * source[start(pixel) + offsets[run] + k]";
        string elements = !flavor.IsInteger ? "" : flavor.IsDepthwise ? " Elements are pairs of 16-bit numbers, weights pairs of bytes."
            : " Two neighbouring numbers are read at once, weights are pairs of bytes.";
        return $"""
            // output[pixel][channel] = {(flavor.IsInteger ? "requantize" : "clamp")}(bias[channel] + sum of {terms}).
            // A panel has {ChannelsLastKernel.PanelLanes} channels, a small one {ChannelsLastKernel.SmallPanelLanes}; the last one is moved back to end with them.{elements}
            """;
    }

    private static void Panels(CodeWriter writer, Flavor flavor, int width, int size)
    {
        writer.Line($"ref {flavor.Weight} panel = ref weights;");
        using (writer.Block("for (int channel = 0; channel < channels;)"))
        {
            // With 512 bits a panel is a single vector, and several of them share an input.
            int panels = width < 512 || flavor.IsDepthwise ? 1 : size == PixelsOfFourPanels ? 4 : 2;
            int lanes = ChannelsLastKernel.PanelLanes, small = ChannelsLastKernel.SmallPanelLanes;
            string isEnough = flavor.IsInteger ? FormattableString.Invariant($">= {panels * lanes}") : FormattableString.Invariant($"> {(panels - 1) * lanes + small}");
            if (panels > 1)
                using (writer.Block($"if (channels - channel {isEnough})"))
                    Sums(writer, flavor, width, size, ChannelsLastKernel.PanelLanes, panels);
            using (writer.Block($"{(panels > 1 ? "else " : "")}if (channels - channel > {ChannelsLastKernel.SmallPanelLanes} && channels >= {ChannelsLastKernel.PanelLanes})"))
                Sums(writer, flavor, width, size, ChannelsLastKernel.PanelLanes);
            using (writer.Block("else"))
                Sums(writer, flavor, Math.Min(width, 256), size, ChannelsLastKernel.SmallPanelLanes);
        }
    }

    // Whether channels do not come in fours of panels. Bytes of two whole panels are stored at once; the last panel of floats may be moved back.
    private static string FourPanels(Flavor flavor) => flavor.IsInteger
        ? FormattableString.Invariant($"channels % {4 * ChannelsLastKernel.PanelLanes} != 0")
        : FormattableString.Invariant($"(channels + {ChannelsLastKernel.SmallPanelLanes - 1}) / {ChannelsLastKernel.PanelLanes} % 4 != 0");

    // Several panels lie behind each other; they have a vector each.
    private static void Sums(CodeWriter writer, Flavor flavor, int width, int size, int lanes, int panels = 1)
    {
        string vector = FormattableString.Invariant($"Vector{width}"), sums = $"{vector}<{flavor.Element}>";
        int step = width / 32, factor = flavor.IsInteger ? 2 : 1;
        int[] pixels = [.. Enumerable.Range(0, size)], parts = [.. Enumerable.Range(0, panels * lanes / step)];
        if (panels == 1) writer.Line($"channel = Math.Min(channel, channels - {lanes});");
        else if (!flavor.IsInteger) writer.Line($"int tail = Math.Min(channel + {(panels - 1) * lanes}, channels - {lanes});");
        if (panels > 1) writer.Line($"nint next = (nint)runs * length * {factor * lanes};");
        string Channel(int v) => panels > 1 && !flavor.IsInteger && v == parts.Length - 1 ? "tail" : "channel" + Plus(v * step);
        foreach (int v in parts)
        {
            string others = string.Concat(pixels.Skip(1).Select(p => FormattableString.Invariant($", sum{p}{v} = sum0{v}")));
            writer.Line($"{sums} sum0{v} = {vector}.LoadUnsafe(ref bias, (nuint)({Channel(v)})){others};");
        }

        using (writer.Block(flavor.IsDepthwise ? "for (int tap = 0; tap < taps; tap++)" : "for (int run = 0; run < runs; run++)"))
        {
            string first = $"ref Unsafe.Add(ref source, Unsafe.Add(ref offsets, {(flavor.IsDepthwise ? "tap) + channel" : "run)")})";
            writer.Line($"ref {flavor.Source} x0 = {first};");
            if (!flavor.IsDepthwise)
                foreach (int p in pixels.Skip(1)) writer.Line($"ref {flavor.Source} x{p} = ref Unsafe.Add(ref x0, start{p});");
            if (flavor.IsDepthwise) Terms();
            else
                using (writer.Block("for (nint k = 0; k < length; k++)")) Terms();
        }

        writer.Line();
        if (flavor.IsInteger) VectorHelpers.DeclareRange(writer, vector);
        if (flavor.IsInteger)
            foreach (int v in parts) writer.Line($"{vector}<float> scale{v} = {vector}.LoadUnsafe(ref multipliers, (nuint)({Channel(v)}));");
        foreach (int p in pixels) Finish(p);
        if (panels > 1) writer.Line($"panel = ref Unsafe.Add(ref panel, {PixelTiles.Times(panels - 1, "next")});");
        writer.Line(panels > 1 && !flavor.IsInteger ? $"channel = tail + {lanes};" : $"channel += {panels * lanes};");

        void Terms()
        {
            foreach (int v in parts)
            {
                string weights = panels == 1 ? At("panel", factor * v * step) : v == 0 ? "panel" : $"Unsafe.Add(ref panel, {PixelTiles.Times(v, "next")})";
                writer.Line($"{sums} w{v} = {(flavor.IsInteger ? $"LoadPairs{width}" : $"{vector}.LoadUnsafe")}(ref {weights});");
            }

            writer.Line($"panel = ref Unsafe.Add(ref panel, {factor * lanes});");
            foreach (int p in pixels)
            {
                if (!flavor.IsDepthwise) writer.Line($"{(p == 0 ? sums + " " : "")}x = {vector}.Create(Unsafe.Add(ref {(flavor.IsInteger ? $"Unsafe.As<short, int>(ref x{p})" : $"x{p}")}, k));");
                foreach (int v in parts)
                    writer.Line($"sum{p}{v} = {(flavor.IsInteger ? "MultiplyAddPairs" : "MultiplyAdd")}({(flavor.IsDepthwise ? Load(p, v) : "x")}, w{v}, sum{p}{v});");
            }
        }

        void Finish(int p)
        {
            writer.Line($"ref {flavor.Output} y{p} = ref Unsafe.Add(ref output, {(p == 0 ? "" : PixelTiles.Times(p, "channels") + " + ")}channel);");
            string Bytes(int v) => $"Requantize(sum{p}{v}, scale{v}, {VectorHelpers.RequantizeArguments})";
            if (!flavor.IsInteger)
                foreach (int v in parts) writer.Line($"Clamp(sum{p}{v}, low, high).StoreUnsafe(ref y{p}{(Channel(v) == "tail" ? ", (nuint)(tail - channel)" : v == 0 ? "" : FormattableString.Invariant($", {v * step}"))});");
            else if (parts.Length == 1) writer.Line($"StoreBytes({Bytes(0)}, ref y{p});");
            else
                for (int v = 0; v < parts.Length; v += 2) writer.Line($"StoreBytes({Bytes(v)}, {Bytes(v + 1)}, ref {At($"y{p}", v * step)});");
        }

        // References of their own would be too many for the registers.
        string Load(int p, int v)
        {
            string from = p == 0 ? "x0" : FormattableString.Invariant($"Unsafe.Add(ref x0, start{p})");
            return $"{vector}.LoadUnsafe(ref {from}{(v == 0 ? "" : FormattableString.Invariant($", {v * step}"))})";
        }
    }

    private static string At(string reference, int offset) => offset == 0 ? reference : FormattableString.Invariant($"Unsafe.Add(ref {reference}, {offset})");

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
    }
}
