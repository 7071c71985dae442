using System;
using System.Linq;
using System.Text;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>
/// Matrix products of training whose left operand may lie either way: <c>output[row][i] = start[row][i] + sum over k of left(row, k) *
/// right[k][i]</c>. As in <see cref="TileHelpers"/>, sums of a tile stay in registers and the last tile is moved back to the end.
/// </summary>
internal static class MatrixTiles
{
    private const string Parameters =
        "ReadOnlySpan<float> left, int leftRow, int leftTap, ReadOnlySpan<float> right, int rightStride, ReadOnlySpan<float> start, int startStride, "
        + "Span<float> output, int stride, int rows, int taps, int columns";

    /// <summary>The helper of a profile.</summary>
    public static Helper For(bool isModern) => isModern ? Modern : Portable;

    private static readonly Helper Portable = new("MatrixTiles", $$"""
        // output[row][i] = start[row][i] + sum of left[row * leftRow + k * leftTap] * right[k][i]; an empty start counts as zeros.
        private static void MatrixTiles(
            {{Parameters}})
        {
            for (int row = 0; row < rows; row++)
            {
                Span<float> target = output.Slice(row * stride, columns);
                if (start.IsEmpty) target.Clear();
                else start.Slice(row * startStride, columns).CopyTo(target);
                for (int k = 0; k < taps; k++)
                {
                    float weight = left[row * leftRow + k * leftTap];
                    if (weight == 0) continue;
                    ReadOnlySpan<float> x = right.Slice(k * rightStride, columns);
                    for (int i = 0; i < target.Length; i++) target[i] += weight * x[i];
                }
            }
        }
        """);

    private static readonly Helper Modern = new("MatrixTiles", ModernText, VectorHelpers.MultiplyAdd);

    private static string ModernText()
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("// output[row][i] = start[row][i] + sum of left[row * leftRow + k * leftTap] * right[k][i]; an empty start counts as zeros.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line("private static void MatrixTiles(");
        using (writer.Indent()) writer.Line(Parameters + ")");
        using (writer.Block())
        {
            writer.Line("ref float a = ref MemoryMarshal.GetReference(left), b = ref MemoryMarshal.GetReference(right);");
            writer.Line("ref float c = ref MemoryMarshal.GetReference(start), y = ref MemoryMarshal.GetReference(output);");
            writer.Line("bool adds = !start.IsEmpty;");
            writer.Line("int i = 0;");
            foreach (int width in (int[])[512, 256, 128])
            {
                int lanes = width / 32;
                using (writer.Block(width == 128 ? "if (columns >= 4)" : $"if (Vector{width}.IsHardwareAccelerated && columns >= {lanes})"))
                {
                    using (writer.Block("while (i < columns)"))
                    {
                        int[] sizes = width == 512 ? [4, 2, 1] : [2, 1];
                        for (int s = 0; s < sizes.Length; s++)
                        {
                            int span = sizes[s] * lanes;
                            string condition = s == sizes.Length - 1 ? "else"
                                : $"{(s > 0 ? "else " : "")}if (columns - i > {sizes[s + 1] * lanes} && columns >= {span})";
                            using (writer.Block(condition))
                            {
                                writer.Line($"i = Math.Min(i, columns - {span});");
                                writer.Line($"MatrixTiles{width}x{sizes[s]}(ref a, leftRow, leftTap, ref Unsafe.Add(ref b, i), rightStride, ref Unsafe.Add(ref c, i), startStride, "
                                    + "ref Unsafe.Add(ref y, i), stride, rows, taps, adds);");
                                writer.Line($"i += {span};");
                            }
                        }
                    }

                    writer.Line();
                    writer.Line("return;");
                }

                writer.Line();
            }

            using (writer.Block("for (int row = 0; row < rows; row++)"))
            using (writer.Block("for (i = 0; i < columns; i++)"))
            {
                writer.Line("float sum = adds ? Unsafe.Add(ref c, row * startStride + i) : 0;");
                writer.Line("for (int k = 0; k < taps; k++) sum += Unsafe.Add(ref a, row * leftRow + k * leftTap) * Unsafe.Add(ref b, k * rightStride + i);");
                writer.Line("Unsafe.Add(ref y, row * stride + i) = sum;");
            }
        }

        var text = new StringBuilder(writer.ToString().TrimEnd('\n') + "\n");
        foreach (int size in (int[])[4, 2, 1]) text.Append('\n').Append(Tile(512, size));
        foreach (int size in (int[])[2, 1]) text.Append('\n').Append(Tile(256, size));
        foreach (int size in (int[])[2, 1]) text.Append('\n').Append(Tile(128, size));
        return text.ToString();
    }

    private static string Tile(int width, int size)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void MatrixTiles{width}x{size}(");
        using (writer.Indent())
            writer.Line("ref float left, int leftRow, int leftTap, ref float right, int rightStride, ref float start, int startStride, ref float output, int stride, int rows, int taps, bool adds)");
        using (writer.Block())
        {
            writer.Line("int row = 0;");
            Rows(writer, width, size, 4);
            Rows(writer, width, size, 1);
        }

        return writer.ToString().TrimEnd('\n') + "\n";
    }

    private static void Rows(CodeWriter writer, int width, int size, int rows)
    {
        string vector = $"Vector{width}<float>";
        int lanes = width / 32;
        using (writer.Block(rows == 1 ? "for (; row < rows; row++)" : $"for (; row <= rows - {rows}; row += {rows})"))
        {
            for (int r = 0; r < rows; r++)
                for (int v = 0; v < size; v++) writer.Line($"{vector} sum{r}{v} = {vector}.Zero;");
            using (writer.Block("if (adds)"))
            {
                for (int r = 0; r < rows; r++)
                    for (int v = 0; v < size; v++)
                        writer.Line($"sum{r}{v} = Vector{width}.LoadUnsafe(ref Unsafe.Add(ref start, (row + {r}) * startStride + {v * lanes}));");
            }

            for (int r = 0; r < rows; r++) writer.Line($"ref float left{r} = ref Unsafe.Add(ref left, (row + {r}) * leftRow);");
            writer.Line("ref float x = ref right;");
            using (writer.Block("for (int k = 0; k < taps; k++)"))
            {
                for (int v = 0; v < size; v++)
                    writer.Line($"{vector} x{v} = Vector{width}.LoadUnsafe(ref x{(v == 0 ? "" : $", {v * lanes}")});");
                for (int r = 0; r < rows; r++)
                {
                    writer.Line($"{(r == 0 ? vector + " " : "")}w = Vector{width}.Create(left{r});");
                    for (int v = 0; v < size; v++) writer.Line($"sum{r}{v} = MultiplyAdd(x{v}, w, sum{r}{v});");
                }

                writer.Line("x = ref Unsafe.Add(ref x, rightStride);");
                for (int r = 0; r < rows; r++) writer.Line($"left{r} = ref Unsafe.Add(ref left{r}, leftTap);");
            }

            for (int r = 0; r < rows; r++)
                for (int v = 0; v < size; v++)
                    writer.Line($"sum{r}{v}.StoreUnsafe(ref Unsafe.Add(ref output, (row + {r}) * stride + {v * lanes}));");
        }
    }
}
