using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Winograd's form of convolutions with 3x3 windows, modern profile.</summary>
internal static class WinogradEmitter
{
    private static readonly Helper TransformTiles = new("TransformTiles", () => Transform(isInput: true));

    private static readonly Helper TransformProducts = new("TransformProducts", () => Transform(isInput: false), VectorHelpers.Clamp);

    public static void Emit(WinogradKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        (int tiles, int products, int zeros, _) = WinogradLowering.Parts(kernel);
        int channels = geometry.Channels, outputs = kernel.OutputChannels, count = kernel.TilesY * kernel.TilesX, pitch = kernel.PaddedWidth * channels;
        writer.Line($"Span<float> padded = {scope.Scratch(ElementType.Float32, 0, kernel.PaddedLength)}, tiles = {scope.Scratch(ElementType.Float32, tiles, kernel.TileLength)};");
        writer.Line($"Span<float> products = {scope.Scratch(ElementType.Float32, products, kernel.ProductLength)}, zeros = {scope.Scratch(ElementType.Float32, zeros, outputs)};");
        writer.Line("zeros.Clear();");
        writer.Line($"{scope.Use(ChannelsLastHelpers.PadRows(ElementType.Float32))}({scope.Operand(0)}, padded, rows: {geometry.Height}, length: {geometry.Width * channels}, paddedRows: {kernel.PaddedHeight}, pitch: {pitch}, top: {geometry.PadTop}, left: {geometry.PadLeft * channels}, padding: 0f);");
        scope.Reference("float", "source", "padded");
        scope.Reference("float", "tile", "tiles");
        scope.Reference("float", "product", "products");
        scope.Reference("float", "weights", scope.Table(kernel.Weights));
        scope.Reference("float", "bias", scope.Table(kernel.Bias));
        scope.Reference("float", "noBias", "zeros");
        scope.Reference("int", "offsets", scope.Table(kernel.Offsets));
        scope.Reference("float", "y", scope.Result());
        bool isWhole = kernel.Block >= count;
        if (!isWhole) writer.Line($"for (int first = 0; first < {count}; first += {kernel.Block})");
        using (writer.Block())
        {
            writer.Line(isWhole ? FormattableString.Invariant($"int first = 0, count = {count};") : FormattableString.Invariant($"int count = Math.Min({kernel.Block}, {count} - first);"));
            writer.Line($"{scope.Use(TransformTiles)}(ref source, ref tile, first, count, columns: {kernel.TilesX}, pitch: {pitch}, channels: {channels}, size: {kernel.TileStride});");
            writer.Line($"for (int point = 0; point < {WinogradKernel.Points}; point++)");
            using (writer.Block())
            {
                writer.Line($"{scope.Use(ChannelsLastHelpers.Convolve(isDepthwise: false, isInteger: false))}(");
                using (writer.Indent())
                {
                    writer.Line($"ref Unsafe.Add(ref tile, point * {kernel.TileStride}), ref offsets, runs: 1, length: {channels}, ref Unsafe.Add(ref weights, point * {channels * outputs}), ref noBias, channels: {outputs},");
                    writer.Line($"ref Unsafe.Add(ref product, point * {kernel.ProductStride}), pixels: count, width: count, rowPitch: count * {channels}, pixelPitch: {channels}, low: float.NegativeInfinity, high: float.PositiveInfinity);");
                }
            }

            writer.Line($"{scope.Use(TransformProducts)}(");
            using (writer.Indent())
            {
                writer.Line($"ref product, ref bias, ref y, first, count, columns: {kernel.TilesX}, height: {geometry.OutputHeight}, width: {geometry.OutputWidth}, channels: {outputs}, size: {kernel.ProductStride},");
                writer.Line($"low: {Literals.Float(kernel.Activation.Low)}, high: {Literals.Float(kernel.Activation.High)});");
            }
        }
    }

    private static string Transform(bool isInput)
    {
        var writer = new CodeWriter(Helper.Depth);
        if (isInput)
        {
            writer.Line("// tiles[4 * y + x][tile][channel] = B' d B of the 4x4 inputs d of each tile, which overlap by two; a row of B' takes two of its inputs.");
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            writer.Line("private static void TransformTiles(ref float source, ref float tiles, int first, int count, int columns, int pitch, int channels, int size)");
        }
        else
        {
            writer.Line("// output = clamp(bias + A' m A) of the 4x4 products m of each tile: 2x2 outputs, of which the last may be outside.");
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            writer.Line("private static void TransformProducts(");
            using (writer.Indent())
                writer.Line("ref float products, ref float bias, ref float output, int first, int count, int columns, int height, int width, int channels, int size, float low, float high)");
        }

        using (writer.Block())
        using (writer.Block("for (int n = 0; n < count; n++)"))
        {
            writer.Line("int row = (first + n) / columns * 2, column = (first + n) % columns * 2, channel = 0;");
            if (isInput)
            {
                writer.Line("ref float d0 = ref Unsafe.Add(ref source, row * pitch + column * channels), d1 = ref Unsafe.Add(ref d0, pitch), d2 = ref Unsafe.Add(ref d1, pitch), d3 = ref Unsafe.Add(ref d2, pitch);");
                writer.Line("ref float t = ref Unsafe.Add(ref tiles, n * channels);");
            }
            else
            {
                writer.Line("ref float m = ref Unsafe.Add(ref products, n * channels), y = ref Unsafe.Add(ref output, (row * width + column) * channels);");
                writer.Line("bool hasRight = column + 1 < width, hasBelow = row + 1 < height;");
            }

            foreach (int width in new[] { 512, 256 })
            {
                string condition = width == 512 ? "Vector512.IsHardwareAccelerated && channel < channels" : "channel < channels";
                using (writer.Block($"for (; {condition}; channel += {width / 32})"))
                {
                    if (isInput) Tile(writer, FormattableString.Invariant($"Vector{width}"));
                    else Outputs(writer, FormattableString.Invariant($"Vector{width}"));
                }
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Tile(CodeWriter writer, string vector)
    {
        // Rows of B': d0 - d2, d1 + d2, d2 - d1, d1 - d3.
        (int A, string Sign, int B)[] pairs = [(0, "-", 2), (1, "+", 2), (2, "-", 1), (1, "-", 3)];
        for (int y = 0; y < 4; y++)
        {
            string[] columns = [.. Enumerable.Range(0, 4).Select(x => $"{Load($"d{pairs[y].A}", x)} {pairs[y].Sign} {Load($"d{pairs[y].B}", x)}")];
            for (int x = 0; x < 4; x++) writer.Line($"{(y == 0 ? vector + "<float> " : "")}x{x} = {columns[x]};");
            for (int x = 0; x < 4; x++)
                writer.Line($"(x{pairs[x].A} {pairs[x].Sign} x{pairs[x].B}).StoreUnsafe(ref {At("t", 4 * y + x, "size")}, (nuint)channel);");
        }

        string Load(string from, int x) => $"{vector}.LoadUnsafe(ref {At(from, x, "channels")}, (nuint)channel)";
    }

    private static void Outputs(CodeWriter writer, string vector)
    {
        // Rows of A': m0 + m1 + m2, m1 - m2 - m3.
        for (int x = 0; x < 4; x++)
        {
            for (int y = 1; y < 3; y++) writer.Line($"{(x == 0 ? vector + "<float> " : "")}m{y} = {Load(y, x)};");
            writer.Line($"{vector}<float> upper{x} = {Load(0, x)} + (m1 + m2), lower{x} = m1 - m2 - {Load(3, x)};");
        }

        writer.Line($"{vector}<float> b = {vector}.LoadUnsafe(ref bias, (nuint)channel);");
        Store("upper0 + upper1 + upper2", "y", "");
        Store("upper1 - upper2 - upper3", "Unsafe.Add(ref y, channels)", "hasRight");
        Store("lower0 + lower1 + lower2", "Unsafe.Add(ref y, width * channels)", "hasBelow");
        Store("lower1 - lower2 - lower3", "Unsafe.Add(ref y, (width + 1) * channels)", "hasRight && hasBelow");

        string Load(int y, int x) => $"{vector}.LoadUnsafe(ref {At("m", 4 * y + x, "size")}, (nuint)channel)";
        void Store(string sum, string target, string condition) =>
            writer.Line($"{(condition.Length > 0 ? $"if ({condition}) " : "")}Clamp({sum} + b, low, high).StoreUnsafe(ref {target}, (nuint)channel);");
    }

    private static string At(string reference, int factor, string step) => factor == 0 ? reference : $"Unsafe.Add(ref {reference}, {PixelTiles.Times(factor, step)})";
}
