using System.Linq;
using System.Text;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>
/// Products of two operands that both lie along the summed axis: <c>output[row][column] = sum over segments s and i of
/// left[row][s][i] * right[offsets[column]][s][i]</c>. Rows and columns are taken in tiles whose sums stay in registers; what is left of the
/// length after whole vectors is a vector moved back to the end with the lanes that were counted before set to zero.
/// </summary>
internal static class DotTiles
{
    private const string Parameters =
        "ReadOnlySpan<float> left, int leftRow, int leftSegment, ReadOnlySpan<float> right, ReadOnlySpan<int> offsets, int rightSegment, "
        + "Span<float> output, int stride, int rows, int columns, int segments, int length";

    /// <summary>The helper of a profile.</summary>
    public static Helper For(bool isModern) => isModern ? Modern : Portable;

    private const string What =
        "// output[row][column] = sum over segments s and i < length of left[row * leftRow + s * leftSegment + i] * right[offsets[column] + s * rightSegment + i].";

    private static readonly Helper Portable = new("DotTiles", $$"""
        {{What}}
        private static void DotTiles(
            {{Parameters}})
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    float sum = 0;
                    for (int s = 0; s < segments; s++)
                    {
                        ReadOnlySpan<float> a = left.Slice(row * leftRow + s * leftSegment, length), b = right.Slice(offsets[column] + s * rightSegment, length);
                        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
                    }

                    output[row * stride + column] = sum;
                }
            }
        }
        """);

    private static readonly Helper Modern = new("DotTiles", ModernText, VectorHelpers.MultiplyAdd);

    /// <summary>Modern: only the products that are wanted.</summary>
    public static readonly Helper SomeColumns = new("DotSome", """
        // As DotTiles, but only where wanted is not zero; what is left of the output becomes zero. Further spans are scratch memory of a row.
        private static void DotSome(
            ReadOnlySpan<float> left, int leftRow, int leftSegment, ReadOnlySpan<float> right, ReadOnlySpan<int> offsets, int rightSegment,
            ReadOnlySpan<float> wanted, Span<int> listed, Span<int> places, Span<float> sums,
            Span<float> output, int stride, int rows, int columns, int segments, int length)
        {
            for (int row = 0; row < rows; row++)
            {
                int count = 0;
                for (int column = 0; column < columns; column++)
                {
                    if (wanted[row * columns + column] == 0) continue;
                    listed[count] = offsets[column];
                    places[count++] = column;
                }

                DotTiles(left.Slice(row * leftRow), leftRow, leftSegment, right, listed, rightSegment, sums, count, 1, count, segments, length);
                Span<float> target = output.Slice(row * stride, columns);
                target.Clear();
                for (int i = 0; i < count; i++) target[places[i]] = sums[i];
            }
        }
        """, Modern);

    private static string ModernText()
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line(What);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line("private static void DotTiles(");
        using (writer.Indent()) writer.Line(Parameters + ")");
        using (writer.Block())
        {
            writer.Line("ref float a = ref MemoryMarshal.GetReference(left), b = ref MemoryMarshal.GetReference(right), y = ref MemoryMarshal.GetReference(output);");
            writer.Line("ref int at = ref MemoryMarshal.GetReference(offsets);");
            writer.Line("int row = 0;");
            foreach (int width in (int[])[512, 256, 128])
            {
                using (writer.Block(width == 128 ? "if (length >= 4)"
                    : $"if (Vector{width}.IsHardwareAccelerated && length >= {width / 32})"))
                {
                    int tall = Tall(width);
                    writer.Line($"for (; row <= rows - {tall}; row += {tall}) {Call(width, tall)}");
                    writer.Line($"for (; row < rows; row++) {Call(width, 1)}");
                    writer.Line("return;");
                }

                writer.Line();
            }

            using (writer.Block("for (; row < rows; row++)"))
            using (writer.Block("for (int column = 0; column < columns; column++)"))
            {
                writer.Line("float sum = 0;");
                using (writer.Block("for (int s = 0; s < segments; s++)"))
                    writer.Line("for (int i = 0; i < length; i++) sum += Unsafe.Add(ref a, row * leftRow + s * leftSegment + i) * Unsafe.Add(ref b, Unsafe.Add(ref at, column) + s * rightSegment + i);");
                writer.Line("Unsafe.Add(ref y, row * stride + column) = sum;");
            }
        }

        var text = new StringBuilder(writer.ToString().TrimEnd('\n') + "\n");
        foreach (int width in (int[])[512, 256, 128])
            foreach (int rows in (int[])[Tall(width), 1]) text.Append('\n').Append(Tile(width, rows));
        return text.ToString();
    }

    // Sums in registers: 16 of 32 with 512 bits, 8 of 16 below.
    private static int Tall(int width) => width == 512 ? 4 : 2;

    private static string Call(int width, int rows) =>
        $"DotTiles{width}x{rows}(ref Unsafe.Add(ref a, row * leftRow), leftRow, leftSegment, ref b, ref at, rightSegment, ref Unsafe.Add(ref y, row * stride), stride, columns, segments, length);";

    private static string Tile(int width, int rows)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void DotTiles{width}x{rows}(");
        using (writer.Indent())
            writer.Line("ref float left, int leftRow, int leftSegment, ref float right, ref int offsets, int rightSegment, ref float output, int stride, int columns, int segments, int length)");
        using (writer.Block())
        {
            int lanes = width / 32;
            writer.Line($"Vector{width}<float> rest = Vector{width}.GreaterThanOrEqual(Vector{width}.Create({string.Join(", ", Enumerable.Range(0, lanes))}), Vector{width}.Create({lanes} - length % {lanes})).AsSingle();");
            writer.Line("int column = 0;");
            Columns(writer, width, rows, rows == 1 ? 8 : 4);
            Columns(writer, width, rows, 1);
        }

        return writer.ToString().TrimEnd('\n') + "\n";
    }

    private static void Columns(CodeWriter writer, int width, int rows, int columns)
    {
        string vector = $"Vector{width}<float>";
        int lanes = width / 32;
        using (writer.Block(columns == 1 ? "for (; column < columns; column++)"
            : $"for (; column <= columns - {columns}; column += {columns})"))
        {
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++) writer.Line($"{vector} sum{r}{c} = {vector}.Zero;");
            using (writer.Block("for (int s = 0; s < segments; s++)"))
            {
                for (int r = 0; r < rows; r++) writer.Line($"ref float a{r} = ref Unsafe.Add(ref left, {r} * leftRow + s * leftSegment);");
                for (int c = 0; c < columns; c++)
                    writer.Line($"ref float b{c} = ref Unsafe.Add(ref right, Unsafe.Add(ref offsets, column + {c}) + s * rightSegment);");
                writer.Line("int i = 0;");
                using (writer.Block($"for (; i <= length - {lanes}; i += {lanes})")) Products(writer, width, rows, columns, masked: false);
                using (writer.Block("if (i < length)"))
                {
                    writer.Line($"i = length - {lanes};");
                    Products(writer, width, rows, columns, masked: true);
                }
            }

            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++)
                    writer.Line($"Unsafe.Add(ref output, {r} * stride + column + {c}) = Vector{width}.Sum(sum{r}{c});");
        }
    }

    private static void Products(CodeWriter writer, int width, int rows, int columns, bool masked)
    {
        string Load(string name) => $"Vector{width}.LoadUnsafe(ref {name}, (nuint)i)";
        for (int c = 0; c < columns; c++) writer.Line($"Vector{width}<float> y{c} = {Load($"b{c}")};");
        for (int r = 0; r < rows; r++)
        {
            string x = masked ? $"Vector{width}.ConditionalSelect(rest, {Load($"a{r}")}, Vector{width}<float>.Zero)" : Load($"a{r}");
            writer.Line($"{(r == 0 ? $"Vector{width}<float> " : "")}x = {x};");
            for (int c = 0; c < columns; c++) writer.Line($"sum{r}{c} = MultiplyAdd(x, y{c}, sum{r}{c});");
        }
    }
}
