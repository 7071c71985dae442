using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Sparse convolution of integers whose output channels pick their inputs by shuffles, modern profile.</summary>
internal static class ShuffledConvolutionEmitter
{
    private const int RoundBytes = 2 * PickedRounds.Lanes * PickedRounds.Picks;

    private static readonly Helper SpreadRows = new("SpreadRows", """
        // Rows of an input inside of larger ones, with padding around them. Of each pixel come its channels, sixteen bytes twice; the last ones are moved back to
        // end with the channels, and of an odd number of sixteens the place behind them is left as it is. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SpreadRows(
            ReadOnlySpan<byte> input, Span<byte> padded, int channels, int rows, int columns, int paddedRows, int paddedColumns, int top, int left, byte flip, byte padding)
        {
            int size = (channels + 31) / 32 * 64, count = Math.Min(rows, paddedRows - top), copied = Math.Min(columns, paddedColumns - left);
            Fill(padded.Slice(0, top * paddedColumns * size), padding);
            int rest = size - (channels + 15) / 16 * 32;
            Vector128<byte> flips = Vector128.Create(flip);
            for (int row = 0; row < count; row++)
            {
                Span<byte> target = padded.Slice((top + row) * paddedColumns * size, paddedColumns * size);
                Fill(target.Slice(0, left * size), padding);
                ref byte x = ref MemoryMarshal.GetReference(input.Slice(row * columns * channels));
                ref byte y = ref MemoryMarshal.GetReference(target.Slice(left * size));
                for (int pixel = 0; pixel < copied; pixel++, x = ref Unsafe.Add(ref x, channels), y = ref Unsafe.Add(ref y, rest))
                {
                    for (int i = 0; i < channels; i += 16, y = ref Unsafe.Add(ref y, 32))
                    {
                        Vector128<byte> chunk = channels >= 16
                            ? Vector128.LoadUnsafe(ref x, (nuint)Math.Min(i, channels - 16))
                            : Vector128.Create(Unsafe.ReadUnaligned<ulong>(ref x), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref x, channels - 8))).AsByte();
                        Vector256.Create(chunk ^ flips, chunk ^ flips).StoreUnsafe(ref y);
                    }
                }

                Fill(target.Slice((left + copied) * size), padding);
            }

            Fill(padded.Slice((top + count) * paddedColumns * size), padding);
        }
        """, VectorHelpers.Fill);

    private static readonly Helper MultiplyAddQuads = new("MultiplyAddQuads", """
        // Each 32-bit lane holds four bytes: the sum of a[i] * b[i], where two products fit 16 bits, + c.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> MultiplyAddQuads(Vector512<byte> a, Vector512<sbyte> b, Vector512<int> c) =>
            MultiplyAddPairs(MultiplyBytePairs(a, b).AsInt32(), Vector512.Create((short)1).AsInt32(), c);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> MultiplyAddQuads(Vector256<byte> a, Vector256<sbyte> b, Vector256<int> c)
        {
            #if NET10_0_OR_GREATER
            if (AvxVnni.IsSupported) return AvxVnni.MultiplyWideningAndAdd(c, a, b);
            #endif
            return MultiplyAddPairs(MultiplyBytePairs(a, b).AsInt32(), Vector256.Create((short)1).AsInt32(), c);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> MultiplyAddQuads(Vector128<byte> a, Vector128<sbyte> b, Vector128<int> c)
        {
            if (AdvSimd.IsSupported) return AdvSimd.AddPairwiseWideningAndAdd(c, MultiplyBytePairs(a, b));
            return MultiplyAddPairs(MultiplyBytePairs(a, b).AsInt32(), Vector128.Create((short)1).AsInt32(), c);
        }
        """, ByteTileHelpers.MultiplyBytePairs, VectorHelpers.MultiplyAddPairs);

    private static readonly Helper ConvolvePicks = new("ConvolvePicks", () => new PixelTiles
    {
        Name = "ConvolvePicks",
        Comment = """
            // output[pixel][channel] = requantize(bias[channel] + sum of what the channel picks). A round has a chunk of a pixel of the window, four picks and then
            // four weights for each of sixteen channels; the last channels are moved back to end with the layer.
            """,
        Source = "byte",
        Tables = "ref int first, ref int chunks, ref byte rounds, ref int bias, ref float multipliers, int channels",
        Output = "byte",
        Range = "float low, float high, int zeroPoint",
        Widths = [512, 256, 128],
        Sizes = width => width == 512 ? [8, 4, 1] : [4, 1],
        Body = Groups,
    }.Text(), ShuffledProductEmitter.PickInputsWide, MultiplyAddQuads, VectorHelpers.Requantize, VectorHelpers.StoreBytes, PixelTiles.PixelOffset);

    /// <summary>Writes the body of the layer.</summary>
    public static void Emit(ShuffledConvolutionKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        ConvolutionGeometry geometry = kernel.Geometry;
        int pixelBytes = kernel.ChunksPerPixel * PickedRounds.ChunkBytes, channels = geometry.Channels, outputs = kernel.OutputChannels;
        string x = QuantizedEmitter.AsBytes(scope.Operand(0), kernel.Input), y = $"MemoryMarshal.AsBytes({scope.Result()})";
        if (!geometry.IsFlat)
        {
            writer.Line($"Span<byte> chunks = {scope.Scratch(ElementType.UInt8, 0, kernel.PaddedHeight * kernel.PaddedWidth * pixelBytes)};");
            Spread(x, FormattableString.Invariant($"rows: {geometry.Height}, columns: {geometry.Width}, paddedRows: {kernel.PaddedHeight}, paddedColumns: {kernel.PaddedWidth}, top: {Math.Min(geometry.PadTop, kernel.PaddedHeight)}, left: {Math.Min(geometry.PadLeft, kernel.PaddedWidth)}"));
            Convolve(y, FormattableString.Invariant($"{geometry.OutputSize}"), geometry.OutputWidth, geometry.StrideY * kernel.PaddedWidth * pixelBytes, geometry.StrideX * pixelBytes);
            return;
        }

        int band = Math.Min(geometry.OutputSize, ShuffledConvolutionKernel.BandPixels);
        writer.Line($"Span<byte> chunks = {scope.Scratch(ElementType.UInt8, 0, band * pixelBytes)};");
        if (band == geometry.OutputSize) Band(x, y, FormattableString.Invariant($"{band}"));
        else
            using (writer.Block($"for (int pixel = 0; pixel < {geometry.OutputSize}; pixel += {band})"))
            {
                writer.Line($"int pixels = Math.Min({band}, {geometry.OutputSize} - pixel);");
                Band($"{x}.Slice(pixel * {channels})", $"{y}.Slice(pixel * {outputs})", "pixels");
            }

        void Band(string from, string to, string pixels)
        {
            Spread(from, $"rows: 1, columns: {pixels}, paddedRows: 1, paddedColumns: {pixels}, top: 0, left: 0");
            Convolve(to, pixels, band, band * pixelBytes, pixelBytes);
        }

        void Spread(string from, string size)
        {
            int flip = QuantizedEmitter.Flip(kernel.Input);
            writer.Line($"{scope.Use(SpreadRows)}({from}, chunks, channels: {channels}, {size}, flip: {flip}, padding: {(kernel.InputZeroPoint ^ flip) & byte.MaxValue});");
        }

        void Convolve(string to, string pixels, int width, int rowPitch, int pixelPitch)
        {
            writer.Line($"{scope.Use(ConvolvePicks)}(");
            using (writer.Indent())
            {
                writer.Line($"ref MemoryMarshal.GetReference(chunks), ref MemoryMarshal.GetReference({scope.Table(kernel.First)}),");
                writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Chunks)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Rounds)}),");
                writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Bias)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Multipliers)}), channels: {outputs},");
                writer.Line($"ref MemoryMarshal.GetReference({to}), pixels: {pixels}, width: {width}, rowPitch: {rowPitch}, pixelPitch: {pixelPitch},");
                writer.Line($"low: {Literals.Float(kernel.Requantization.RelativeLow)}, high: {Literals.Float(kernel.Requantization.RelativeHigh)}, zeroPoint: {kernel.Requantization.ZeroPoint});");
            }
        }
    }

    private static void Groups(CodeWriter writer, int width, int size)
    {
        string vector = FormattableString.Invariant($"Vector{width}");
        int lanes = width / 32;
        int[] pixels = [.. Enumerable.Range(0, size)], parts = [.. Enumerable.Range(0, PickedRounds.Lanes / lanes)];
        writer.Line("ref byte round = ref rounds;");
        writer.Line("int k = 0;");
        using (writer.Block("for (int group = 1, end = 0; end < channels; group++)"))
        {
            writer.Line($"int channel = Math.Min(end, channels - {PickedRounds.Lanes});");
            writer.Line($"end = channel + {PickedRounds.Lanes};");
            foreach (int v in parts)
            {
                string others = string.Concat(pixels.Skip(1).Select(p => FormattableString.Invariant($", sum{p}{v} = sum0{v}")));
                writer.Line($"{vector}<int> sum0{v} = {vector}.LoadUnsafe(ref bias, (nuint)channel{Plus(v * lanes)}){others};");
            }

            using (writer.Block($"for (int last = Unsafe.Add(ref first, group); k < last; k++, round = ref Unsafe.Add(ref round, {RoundBytes}))"))
            {
                writer.Line("ref byte chunk = ref Unsafe.Add(ref source, Unsafe.Add(ref chunks, k));");
                foreach (int v in parts)
                {
                    writer.Line(FormattableString.Invariant($"{vector}<byte> picks{v} = {vector}.LoadUnsafe(ref round{At(v * width / 8)});"));
                    writer.Line(FormattableString.Invariant($"{vector}<sbyte> weights{v} = {vector}.LoadUnsafe(ref round{At(RoundBytes / 2 + v * width / 8)}).AsSByte();"));
                    foreach (int p in pixels)
                    {
                        string from = p == 0 ? "chunk" : FormattableString.Invariant($"Unsafe.Add(ref chunk, start{p})");
                        writer.Line(FormattableString.Invariant($"sum{p}{v} = MultiplyAddQuads(PickInputs(ref {from}, picks{v}), weights{v}, sum{p}{v});"));
                    }
                }
            }

            writer.Line();
            VectorHelpers.DeclareRange(writer, vector);
            foreach (int v in parts) writer.Line($"{vector}<float> scale{v} = {vector}.LoadUnsafe(ref multipliers, (nuint)channel{Plus(v * lanes)});");
            foreach (int p in pixels)
                foreach (int v in parts)
                    writer.Line($"StoreBytes(Requantize(sum{p}{v}, scale{v}, {VectorHelpers.RequantizeArguments}), ref Unsafe.Add(ref output, {(p == 0 ? "" : PixelTiles.Times(p, "channels") + " + ")}channel{Plus(v * lanes)}));");
        }
    }

    private static string At(int offset) => offset == 0 ? "" : FormattableString.Invariant($", {offset}");

    private static string Plus(int lanes) => lanes == 0 ? "" : FormattableString.Invariant($" + {lanes}");
}
