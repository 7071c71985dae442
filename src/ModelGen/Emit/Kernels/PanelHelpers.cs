using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Products with matrices in panels of sixteen outputs, modern profile.</summary>
internal static class PanelHelpers
{
    private const int Lanes = PanelMatrix.Lanes;

    // Each vector has four sums, because a multiply-add waits four clocks for the one before; with 128 bits a panel has four vectors, so that two are enough.
    private static readonly (int Width, int[] Panels, int Columns)[] Widths = [(512, [4, 2, 1], 4), (256, [1], 4), (128, [1], 2)];

    /// <summary>A matrix without zeros times a vector: four panels are four streams of weights that share an input.</summary>
    /// <param name="weight">Float32 or Int8.</param>
    public static Helper Multiply(ElementType weight)
    {
        bool isByte = weight == ElementType.Int8;
        string name = "MultiplyPanels" + (isByte ? "Int8" : "");
        return new Helper(name, () => Text(name, weight), isByte ? [VectorHelpers.MultiplyAdd, BlockHelpers.WidenBlock] : [VectorHelpers.MultiplyAdd]);
    }

    private static string Text(string name, ElementType weight)
    {
        bool isByte = weight == ElementType.Int8;
        var writer = new CodeWriter(Helper.Depth);
        writer.Line($"// output[16 * panel + lane] = bias[16 * panel + lane] + sum of weights[panel][column][lane] * x[column]{(isByte ? ", scaled" : "")}.");
        writer.Line("// Backwards panels are walked from the last: what is still in the cache from the time before then comes first.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
        {
            writer.Line($"ref float x, int columns, ref {weight.Keyword()} weights{(isByte ? ", ref float scales" : "")}, ref float bias, ref float output, int panels, bool isBackwards)");
        }

        using (writer.Block())
        {
            writer.Line($"nint next = (nint)columns * {Lanes};");
            foreach ((int width, int[] sizes, int columns) in Widths)
            {
                if (width == 128) Passes(writer, weight, width, sizes, columns);
                else
                {
                    using (writer.Block($"if (Vector{width}.IsHardwareAccelerated)"))
                    {
                        Passes(writer, weight, width, sizes, columns);
                        writer.Line();
                        writer.Line("return;");
                    }

                    writer.Line();
                }
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Passes(CodeWriter writer, ElementType weight, int width, int[] sizes, int columns)
    {
        bool isSingle = sizes.Length == 1;
        using (writer.Block(isSingle ? "for (int n = 0; n < panels; n++)" : "for (int n = 0, size; n < panels; n += size)"))
        {
            if (!isSingle)
            {
                string size = string.Concat(sizes.Take(sizes.Length - 1).Select(size => $"panels - n >= {size} ? {size} : "));
                writer.Line($"size = {size}{sizes[sizes.Length - 1]};");
            }

            writer.Line($"int panel = isBackwards ? panels - {(isSingle ? "1" : "size")} - n : n, row = panel * {Lanes}, left = columns;");
            writer.Line("nuint at = 0;");
            writer.Line("ref float v = ref x;");
            writer.Line($"ref {weight.Keyword()} w0 = ref Unsafe.Add(ref weights, panel * next);");
            foreach (int size in sizes)
            {
                if (isSingle)
                {
                    Pass(writer, weight, width, size, columns);
                    continue;
                }

                writer.Line(size == sizes[0] ? $"if (size == {size})" : size > 1 ? $"else if (size == {size})" : "else");
                using (writer.Block()) Pass(writer, weight, width, size, columns);
            }
        }
    }

    // Some panels: each has sums of its own for each of some columns.
    private static void Pass(CodeWriter writer, ElementType weight, int width, int panels, int columns)
    {
        bool isByte = weight == ElementType.Int8;
        int lanes = width / 32, vectors = Lanes / lanes;
        string type = $"Vector{width}<float>";
        string Sum(int panel, int vector, int column) => FormattableString.Invariant($"{"abcd"[panel]}{(vectors > 1 ? "mnop"[vector] : "")}{column}");
        string At(int panel, int vector)
        {
            int offset = panel * Lanes + vector * lanes;
            return offset == 0 ? "(nuint)row" : FormattableString.Invariant($"(nuint)(row + {offset})");
        }

        string Load(int panel, int vector, int column)
        {
            int offset = column * Lanes + vector * lanes;
            string at = offset == 0 ? "at" : FormattableString.Invariant($"at + {offset}");
            return isByte ? $"{(width == 512 ? "WidenPanel" : width == 256 ? "WidenBlock" : "WidenFour")}(ref Unsafe.Add(ref w{panel}, {at}))"
                : $"Vector{width}.LoadUnsafe(ref w{panel}, {at})";
        }

        void Each(Action<int, int> action)
        {
            for (int panel = 0; panel < panels; panel++)
                for (int vector = 0; vector < vectors; vector++) action(panel, vector);
        }

        void Column(int column)
        {
            writer.Line($"{type} x{column} = Vector{width}.Create(Unsafe.Add(ref v, {column}));");
            Each((panel, vector) =>
            {
                string sum = Sum(panel, vector, column);
                writer.Line($"{sum} = MultiplyAdd(x{column}, {Load(panel, vector, column)}, {sum});");
            });
        }

        for (int panel = 1; panel < panels; panel++) writer.Line($"ref {weight.Keyword()} w{panel} = ref Unsafe.Add(ref w{panel - 1}, next);");
        Each((panel, vector) =>
        {
            string start = isByte ? $"{type}.Zero" : $"Vector{width}.LoadUnsafe(ref bias, {At(panel, vector)})";
            string others = string.Concat(Enumerable.Range(1, columns - 1).Select(column =>
                $", {Sum(panel, vector, column)} = {(column == 1 ? $"{type}.Zero" : Sum(panel, vector, 1))}"));
            writer.Line($"{type} {Sum(panel, vector, 0)} = {start}{others};");
        });
        string Step(int count) => $"v = ref Unsafe.Add(ref v, {count}), at += {count * Lanes}";
        using (writer.Block($"for (; left >= {columns}; left -= {columns}, {Step(columns)})"))
            for (int column = 0; column < columns; column++) Column(column);
        writer.Line();
        using (writer.Block($"for (; left > 0; left--, {Step(1)})")) Column(0);
        writer.Line();
        Each((panel, vector) =>
        {
            string[] sums = [.. Enumerable.Range(0, columns).Select(column => Sum(panel, vector, column))];
            string sum = columns == 2 ? $"{sums[0]} + {sums[1]}" : $"{sums[0]} + {sums[1]} + ({sums[2]} + {sums[3]})";
            string scaled = !isByte ? sum
                : $"MultiplyAdd({sum}, Vector{width}.LoadUnsafe(ref scales, {At(panel, vector)}), Vector{width}.LoadUnsafe(ref bias, {At(panel, vector)}))";
            writer.Line($"({scaled}).StoreUnsafe(ref output, {At(panel, vector)});");
        });
    }
}
