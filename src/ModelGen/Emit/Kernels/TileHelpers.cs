using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// The heart of the modern profile: <c>output[row][i] = finish(bias + sum over taps of weight[row][tap] * source[offset[tap] + i])</c>. A
/// tile is a few vectors of neighbouring <c>i</c> (and four rows when dense) whose sums stay in registers while the taps are walked.
/// Written for 512, 256 and 128 bits; the last tile, or its last vector, is moved back to end at the length, so that there is no remainder loop.
/// </summary>
internal static class TileHelpers
{
    private static readonly int[] Widths = [512, 256, 128];

    /// <summary>Terms of a sum that are added before they are added to it. The rounding error of a sum grows with its length; 256 is also the block of the matrix
    /// products in wide use: a dense layer then gives the very numbers that they give.</summary>
    public const int TermsABlock = 256;

    /// <summary>Where an output of a window reads.</summary>
    public static readonly Helper Start = new("Start", """
        // Where output i reads the first tap: every width outputs the source goes on a pitch farther.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Start(int i, int width, int pitch) => i < width ? i : i / width * pitch + i % width;
        """);

    private static bool SumsInBlocks(TileFlavor flavor) => flavor is { IsByColumn: true, IsInteger: false };

    /// <summary>The driver method and its tiles.</summary>
    public static Helper Create(TileFlavor flavor)
    {
        var dependencies = new List<Helper>();
        if (flavor.IsInteger) dependencies.AddRange([VectorHelpers.MultiplyAddPairs, VectorHelpers.StoreBytes]);
        if (flavor.IsWindow) dependencies.Add(Start);
        if (flavor is { IsInteger: true, Weight: "short" }) dependencies.AddRange([VectorHelpers.Pair, VectorHelpers.BroadcastPair]);
        else dependencies.AddRange([VectorHelpers.MultiplyAdd, VectorHelpers.Clamp]);
        if (flavor.IsInteger) dependencies.Add(VectorHelpers.Requantize);
        if (flavor is { IsByColumn: true, IsInteger: true }) dependencies.Add(VectorHelpers.LoadPairs);
        return new Helper(flavor.Name, () => Text(flavor), [.. dependencies]);
    }

    // Vectors a tile: 32 registers with 512 bits, 16 below. Of those of four rows the largest has twelve sums (with 512 bits 24, of integers, which need
    // one more register, 16), which takes two multiply-adds a clock where each has to wait four clocks for the one before. Lists are walked for nine vectors, a map of 12x12 pixels.
    private static int[] Sizes(TileFlavor flavor, int width) => (flavor.IsSparse, width) switch
    {
        (true, 512) when flavor.IsWindow => [9, 8, 6, 4, 3, 2, 1],
        (true, 256) when flavor.IsWindow => [9, 8, 5, 4, 2, 1],
        (true, 512) => [8, 4, 2, 1],
        (true, _) => [8, 4, 1],
        (false, 512) when flavor.IsWindow && flavor.IsInteger => [8, 4, 2, 1],
        (false, 512) when flavor.IsWindow => [8, 6, 4, 2, 1],
        (false, _) when flavor.IsWindow => [4, 3, 2, 1],
        (false, 512) => [8, 4, 2, 1],
        (false, _) => [4, 2, 1],
    };

    // The largest size of a dense tile is for a single row; the others do four rows at once.
    private static bool IsSingleRow(TileFlavor flavor, int width, int size) => flavor.IsSparse || size == Sizes(flavor, width)[0];

    // Whether only the last vector of a tile is moved back to end with the outputs, not the whole tile.
    private static bool MovesLast(TileFlavor flavor) => flavor is { IsSparse: true, IsWindow: true };

    private static string Text(TileFlavor flavor)
    {
        var text = new StringBuilder();
        text.AppendLine(Driver(flavor));
        foreach (int width in Widths)
        {
            foreach (int size in Sizes(flavor, width))
                text.AppendLine().Append(Tile(flavor, width, size));
        }

        return text.ToString();
    }

    private static string Parameters(TileFlavor flavor, string window = "")
    {
        string source = flavor.IsInteger ? flavor.IsByColumn ? "ref sbyte source" : "ref int source" : "ref float source";
        string taps = flavor.IsSparse ? $"ref int first, ref {flavor.Offset} offsets" : $"ref {flavor.Offset} offsets, int taps";
        string finish = flavor.IsInteger
            ? "ref int bias, ref float multipliers, int rows, ref byte output, int stride, int length, float low, float high, int zeroPoint"
            : $"ref float bias, int rows, {(flavor.AddsOperand ? "ref float operand, " : "")}ref float output, int stride, int length, float low, float high";
        return $"{source}, {window}{taps}, ref {flavor.Weight} weights, {finish}";
    }

    private static string Driver(TileFlavor flavor)
    {
        var writer = new CodeWriter(Helper.Depth);
        string what = flavor.IsSparse ? "weights[row][entry] * source[offsets[row][entry] + i]"
            : "weights[row][tap] * source[offsets[tap] + i]";
        string where = flavor.IsByColumn ? "bias[i]" : "bias[row]";
        writer.Line(flavor.IsInteger
            ? $"// output[row][i] = requantize({where} + sum of {what}) for i in [0, length); a source element is a pair of 16-bit numbers."
            : $"// output[row][i] = clamp({where} + sum of {what}){(flavor.AddsOperand ? " + operand[row][i]" : "")} for i in [0, length).");
        if (flavor.IsWindow) writer.Line("// Rows of width outputs lie a pitch apart in the source; of several the width is a multiple of eight.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {flavor.Name}(");
        using (writer.Indent()) writer.Line(Parameters(flavor, flavor.IsWindow ? "int width, int pitch, " : "") + ")");
        using (writer.Block())
        {
            writer.Line("int i = 0;");
            foreach (int width in Widths)
            {
                int lanes = width / 32;
                string whole = flavor.IsWindow && width == 512 && !flavor.HasHalves ? $" && (length <= width || width % {lanes} == 0)" : "";
                writer.Line(width == 128 ? "if (length >= 4)" : $"if (Vector{width}.IsHardwareAccelerated && length >= {lanes}{whole})");
                using (writer.Block())
                {
                    using (writer.Block("while (i < length)"))
                    {
                        int[] sizes = Sizes(flavor, width);
                        bool isListed = MovesLast(flavor);
                        if (isListed) ListedTiles(writer, lanes, sizes, size => $"{flavor.Name}Tile{width}x{size}({Arguments(flavor, width, size)}");
                        else writer.Line("int rest = length - i;");
                        for (int s = 0; s < sizes.Length && !isListed; s++)
                        {
                            int span = sizes[s] * lanes, smaller = s + 1 < sizes.Length ? sizes[s + 1] * lanes : 0;
                            bool last = s == sizes.Length - 1;

                            // Two of the next size are faster than one and a small one.
                            string unless = last || IsSingleRow(flavor, width, sizes[s]) || 2 * smaller <= span ? "" : $" && (rest <= {span} || rest > {2 * smaller})";
                            string condition = last ? ""
                                : $"if (rest > {smaller} && length >= {span}{unless}{(IsSingleRow(flavor, width, sizes[s]) && !flavor.IsSparse ? " && rows < 4" : "")})";
                            if (condition.Length > 0) writer.Line((s > 0 ? "else " : "") + condition);
                            else writer.Line("else");
                            using (writer.Block())
                            {
                                writer.Line($"i = Math.Min(i, length - {span});");
                                if (flavor.IsWindow) Starts(writer, sizes[s], lanes, halves: HasHalves(flavor, width));
                                writer.Line($"{flavor.Name}Tile{width}x{sizes[s]}({Arguments(flavor, width, sizes[s])});");
                                writer.Line($"i += {span};");
                            }
                        }
                    }

                    writer.Line();
                    writer.Line("return;");
                }

                writer.Line();
            }

            Scalar(writer, flavor);
        }

        return writer.ToString().TrimEnd('\n');
    }

    /// <summary>Writes calls for the tiles of a list of weights, which is walked once a tile, whatever its size: tiles are as many as the largest size asks for, and of
    /// about the same size.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="sizes">Vectors of a tile, largest first.</param>
    /// <param name="call">The call of a tile up to where its last vector is stored.</param>
    public static void ListedTiles(CodeWriter writer, int lanes, int[] sizes, Func<int, string> call)
    {
        writer.Line($"int vectors = (length - i + {lanes - 1}) / {lanes}, tiles = (vectors + {sizes[0] - 1}) / {sizes[0]}, size = (vectors + tiles - 1) / tiles;");
        foreach (int size in sizes)
        {
            writer.Line(size == 1 ? "else" : $"{(size == sizes[0] ? "" : "else ")}if (size >= {size})");
            using (writer.Block())
            {
                if (size == 1) writer.Line($"i = Math.Min(i, length - {lanes});");
                else writer.Line($"int last = Math.Min(i + {(size - 1) * lanes}, length - {lanes});");
                Starts(writer, size, lanes, size > 1 ? "last" : null);
                writer.Line($"{call(size)}{(size == 1 ? "" : ", last - i")});");
                writer.Line($"i += {size * lanes};");
            }
        }
    }

    /// <summary>Writes where the vectors of a tile begin, relative to the first one.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="size">Vectors of the tile.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="last">Output at which the last vector begins, if not behind the one before.</param>
    /// <param name="halves">Whether halves of vectors begin at places of their own.</param>
    public static void Starts(CodeWriter writer, int size, int lanes, string? last = null, bool halves = false)
    {
        string others = string.Concat(Enumerable.Range(1, size - 1).Select(v => FormattableString.Invariant(
            $", start{v} = Start({(v == size - 1 && last is not null ? last : FormattableString.Invariant($"i + {v * lanes}"))}, width, pitch) - start")));
        string seconds = !halves ? "" : string.Concat(Enumerable.Range(0, size).Select(v =>
            FormattableString.Invariant($", half{v} = Start(i + {v * lanes + lanes / 2}, width, pitch) - start")));
        writer.Line($"int start = Start(i, width, pitch){others}{seconds};");
    }

    private static bool HasHalves(TileFlavor flavor, int width) => flavor.HasHalves && width == 512;

    private static string Window(TileFlavor flavor, int width, int size, string prefix) => !flavor.IsWindow ? ""
        : string.Concat(Enumerable.Range(1, size - 1).Select(v => FormattableString.Invariant($"{prefix}start{v}, ")))
            + (HasHalves(flavor, width) ? string.Concat(Enumerable.Range(0, size).Select(v => FormattableString.Invariant($"{prefix}half{v}, "))) : "");

    private static string Arguments(TileFlavor flavor, int width, int size)
    {
        string shift = flavor.IsWindow ? "start" : flavor is { IsByColumn: true, IsInteger: true } ? "2 * i" : "i";
        string taps = flavor.IsSparse ? "ref first, ref offsets" : "ref offsets, taps";
        string bias = flavor.IsByColumn ? "ref Unsafe.Add(ref bias, i)" : "ref bias";
        string finish = flavor.IsInteger
            ? $"{bias}, ref {(flavor.IsByColumn ? "Unsafe.Add(ref multipliers, i)" : "multipliers")}, rows, ref Unsafe.Add(ref output, i), stride, low, high, zeroPoint"
            : $"{bias}, rows, {(flavor.AddsOperand ? "ref Unsafe.Add(ref operand, i), " : "")}ref Unsafe.Add(ref output, i), stride, low, high";
        return $"ref Unsafe.Add(ref source, {shift}), {Window(flavor, width, size, "")}{taps}, ref weights, {finish}";
    }

    private static void Scalar(CodeWriter writer, TileFlavor flavor)
    {
        string sum = flavor.IsInteger ? "int" : "float";
        string index = flavor.IsByColumn ? "i" : "row";
        using (writer.Block("for (int row = 0; row < rows; row++)"))
        using (writer.Block("for (i = 0; i < length; i++)"))
        {
            writer.Line($"{sum} sum = Unsafe.Add(ref bias, {index});");
            string range = flavor.IsSparse ? "int k = Unsafe.Add(ref first, row); k < Unsafe.Add(ref first, row + 1); k++"
                : "int k = 0; k < taps; k++";
            string weight = flavor.IsSparse ? "Unsafe.Add(ref weights, k)" : "Unsafe.Add(ref weights, row * taps + k)";
            using (writer.Block($"for ({range})"))
            {
                if (!flavor.IsInteger)
                {
                    writer.Line($"sum += {weight} * Unsafe.Add(ref source, Unsafe.Add(ref offsets, k) + {At(flavor)});");
                }
                else if (flavor.IsByColumn)
                {
                    writer.Line("ref sbyte pair = ref Unsafe.Add(ref source, 2 * (Unsafe.Add(ref offsets, k) + i));");
                    writer.Line($"int weight = {weight};");
                    writer.Line("sum += unchecked((short)weight) * pair + (weight >> 16) * Unsafe.Add(ref pair, 1);");
                }
                else
                {
                    writer.Line($"int pair = Unsafe.Add(ref source, Unsafe.Add(ref offsets, k) + {At(flavor)});");
                    writer.Line($"int weight = {PairOf(flavor, weight)};");
                    writer.Line("sum += unchecked((short)weight * (short)pair) + (weight >> 16) * (pair >> 16);");
                }
            }

            writer.Line();
            if (flavor.IsInteger)
                writer.Line($"Unsafe.Add(ref output, row * stride + i) = unchecked((byte)Requantize(sum, Unsafe.Add(ref multipliers, {index}), low, high, zeroPoint));");
            else writer.Line($"Unsafe.Add(ref output, row * stride + i) = Clamp(sum, low, high){(flavor.AddsOperand ? " + Unsafe.Add(ref operand, row * stride + i)" : "")};");
        }
    }

    private static string At(TileFlavor flavor) => flavor.IsWindow ? "Start(i, width, pitch)" : "i";

    private static string PairOf(TileFlavor flavor, string weight) => flavor.Weight == "short" ? $"Pair({weight})" : weight;

    private static string Tile(TileFlavor flavor, int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        bool single = IsSingleRow(flavor, width, size);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {flavor.Name}Tile{width}x{size}(");
        using (writer.Indent()) writer.Line(Parameters(flavor, Window(flavor, width, size, "nint ")).Replace("int length, ", "") + (MovesLast(flavor) && size > 1 ? ", int last)" : ")"));
        using (writer.Block())
        {
            writer.Line("int row = 0;");
            if (!single) Rows(writer, flavor, width, size, 4);
            Rows(writer, flavor, width, size, 1);
        }

        return writer.ToString().TrimEnd('\n') + "\n";
    }

    private static void Rows(CodeWriter writer, TileFlavor flavor, int width, int size, int rows)
    {
        string vector = $"Vector{width}<{(flavor.IsInteger ? "int" : "float")}>", create = $"Vector{width}.Create";
        int lanes = width / 32;
        using (writer.Block(rows == 1 ? "for (; row < rows; row++)" : $"for (; row <= rows - {rows}; row += {rows})"))
        {
            for (int r = 0; r < rows && !flavor.IsSparse; r++)
                writer.Line($"ref {flavor.Weight} weights{r} = ref Unsafe.Add(ref weights, {RowTimes(r, "taps")});");
            for (int r = 0; r < rows; r++)
            {
                for (int v = 0; v < size; v++)
                {
                    string start = flavor.IsByColumn ? $"Vector{width}.LoadUnsafe(ref bias{LaneOffset(v * lanes)})" : v == 0
                        ? $"{create}(Unsafe.Add(ref bias, {Row(r)}))" : $"sum{r}{0}";
                    writer.Line($"{vector} sum{r}{v} = {start};");
                }
            }

            if (SumsInBlocks(flavor))
            {
                using (writer.Block($"for (int start = 0; start < taps; start += {TermsABlock})"))
                {
                    for (int r = 0; r < rows; r++)
                        for (int v = 0; v < size; v++) writer.Line($"{vector} part{r}{v} = {vector}.Zero;");
                    Taps(writer, flavor, width, size, rows, $"int k = start, end = Math.Min(start + {TermsABlock}, taps); k < end; k++",
                        "part");
                    writer.Line();
                    for (int r = 0; r < rows; r++)
                        for (int v = 0; v < size; v++) writer.Line($"sum{r}{v} += part{r}{v};");
                }
            }
            else
            {
                string range = flavor.IsSparse ? "int k = Unsafe.Add(ref first, row), end = Unsafe.Add(ref first, row + 1); k < end; k++"
                    : "int k = 0; k < taps; k++";
                Taps(writer, flavor, width, size, rows, range, "sum");
            }

            writer.Line();
            if (flavor.IsInteger) VectorHelpers.DeclareRange(writer, FormattableString.Invariant($"Vector{width}"));
            for (int r = 0; r < rows; r++)
            {
                writer.Line($"ref {(flavor.IsInteger ? "byte" : "float")} y{r} = ref Unsafe.Add(ref output, {RowTimes(r, "stride")});");
                if (flavor.AddsOperand) writer.Line($"ref float z{r} = ref Unsafe.Add(ref operand, {RowTimes(r, "stride")});");
                for (int v = 0; v < size; v++)
                {
                    string multiplier = flavor.IsByColumn
                        ? $"Vector{width}.LoadUnsafe(ref multipliers{LaneOffset(v * lanes)})"
                        : $"{create}(Unsafe.Add(ref multipliers, {Row(r)}))";
                    bool isLast = MovesLast(flavor) && v > 0 && v == size - 1;
                    writer.Line(flavor.IsInteger
                        ? $"StoreBytes(Requantize(sum{r}{v}, {multiplier}, {VectorHelpers.RequantizeArguments}), ref Unsafe.Add(ref y{r}, {(isLast ? "last" : v * lanes)}));"
                        : $"{Finished(flavor, width, r, v)}.StoreUnsafe(ref y{r}{(isLast ? ", (nuint)last" : LaneOffset(v * lanes))});");
                }
            }
        }
    }

    private static string Finished(TileFlavor flavor, int width, int r, int v) => !flavor.AddsOperand ? $"Clamp(sum{r}{v}, low, high)"
        : $"(Clamp(sum{r}{v}, low, high) + Vector{width}.LoadUnsafe(ref z{r}{LaneOffset(v * width / 32)}))";

    private static void Taps(CodeWriter writer, TileFlavor flavor, int width, int size, int rows, string range, string sum)
    {
        string vector = $"Vector{width}<{(flavor.IsInteger ? "int" : "float")}>", create = $"Vector{width}.Create";
        using (writer.Block($"for ({range})"))
        {
            string scale = flavor is { IsByColumn: true, IsInteger: true }
                ? "2 * Unsafe.Add(ref offsets, k)" : "Unsafe.Add(ref offsets, k)";
            writer.Line($"ref {(flavor.IsInteger ? flavor.IsByColumn ? "sbyte" : "int" : "float")} x = ref Unsafe.Add(ref source, {scale});");
            for (int v = 0; v < size && !flavor.IsSparse; v++) writer.Line($"{vector} x{v} = {Load(flavor, width, v)};");
            for (int r = 0; r < rows; r++)
            {
                string weight = flavor.IsSparse ? "Unsafe.Add(ref weights, k)" : $"Unsafe.Add(ref weights{r}, k)";
                writer.Line(flavor is { IsInteger: true, Weight: "short" }
                    ? $"{(r == 0 ? vector + " " : "")}w = BroadcastPair{width}({weight});"
                    : $"{(r == 0 ? vector + " " : "")}w = {create}({weight});");
                for (int v = 0; v < size; v++)
                {
                    string x = flavor.IsSparse ? Load(flavor, width, v) : $"x{v}";
                    writer.Line($"{sum}{r}{v} = {(flavor.IsInteger ? "MultiplyAddPairs" : "MultiplyAdd")}({x}, w, {sum}{r}{v});");
                }
            }
        }
    }

    private static string Load(TileFlavor flavor, int width, int v)
    {
        int lanes = width / 32;
        if (flavor is { IsByColumn: true, IsInteger: true }) return $"LoadPairs{width}(ref Unsafe.Add(ref x, {2 * v * lanes}))";
        if (HasHalves(flavor, width))
        {
            string first = v == 0 ? "x" : FormattableString.Invariant($"Unsafe.Add(ref x, start{v})");
            return FormattableString.Invariant($"Vector256.LoadUnsafe(ref {first}).ToVector512Unsafe().WithUpper(Vector256.LoadUnsafe(ref Unsafe.Add(ref x, half{v})))");
        }

        if (flavor.IsWindow && v > 0) return FormattableString.Invariant($"Vector{width}.LoadUnsafe(ref Unsafe.Add(ref x, start{v}))");
        return $"Vector{width}.LoadUnsafe(ref x{LaneOffset(v * lanes)})";
    }

    private static string LaneOffset(int lanes) => lanes == 0 ? "" : FormattableString.Invariant($", {lanes}");

    private static string Row(int r) => r == 0 ? "row" : FormattableString.Invariant($"row + {r}");

    private static string RowTimes(int r, string stride) => r == 0
        ? $"row * {stride}" : FormattableString.Invariant($"(row + {r}) * {stride}");
}
