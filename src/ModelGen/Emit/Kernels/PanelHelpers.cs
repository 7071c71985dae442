using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Products with matrices in panels of sixteen outputs, modern profile.</summary>
internal static class PanelHelpers
{
    private const int Lanes = PanelMatrix.Lanes;

    // Each vector has four sums, because a multiply-add waits four clocks for the one before; with 128 bits two, of which there are four anyway.
    private static readonly (int Width, int[] Panels, int Columns)[] Widths = [(512, [4, 2, 1], 4), (256, [1], 4), (128, [1], 2)];

    /// <summary>Positions of what is not zero in a vector.</summary>
    public static readonly Helper ListNonZeros = new("ListNonZeros", """
        // Positions of elements that are not zero, and their number; -1 where they are more than three quarters, which are better not picked.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int ListNonZeros(ref float x, int length, ref ushort positions)
        {
            int i = 0, count = 0;
            Vector<int> zeros = Vector<int>.Zero;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) zeros -= Vector.Equals(Unsafe.As<float, Vector<float>>(ref Unsafe.Add(ref x, i)), Vector<float>.Zero);
            if (4 * Vector.Sum(zeros) < length) return -1;
            for (i = 0; i < length; i++)
            {
                Unsafe.Add(ref positions, count) = (ushort)i;
                count += Unsafe.As<float, int>(ref Unsafe.Add(ref x, i)) << 1 != 0 ? 1 : 0;
            }

            return count;
        }
        """);

    /// <summary>A matrix without zeros times a vector: four panels are four streams of weights that share an input.</summary>
    /// <param name="weight">Float32 or Int8.</param>
    /// <param name="isListed">Whether only listed inputs are multiplied.</param>
    public static Helper Multiply(ElementType weight, bool isListed = false)
    {
        bool isByte = weight == ElementType.Int8;
        string name = "Multiply" + (isListed ? "Listed" : "") + "Panels" + (isByte ? "Int8" : "");
        return new Helper(name, () => Text(name, weight, isListed), isByte
            ? [VectorHelpers.MultiplyAdd, VectorHelpers.Clamp, BlockHelpers.WidenBlock] : [VectorHelpers.MultiplyAdd, VectorHelpers.Clamp]);
    }

    private static string Text(string name, ElementType weight, bool isListed)
    {
        bool isByte = weight == ElementType.Int8;
        var writer = new CodeWriter(Helper.Depth);
        writer.Line($"// output[i] = clamp(bias[i] + sum of weights[panel][column][lane] * x[column]{(isByte ? ", scaled" : "")}) for i in [0, length){(isListed ? " and listed columns" : "")}; the last panel is moved back to end with them.");
        if (!isListed) writer.Line("// Backwards panels are walked from the last: what is still in the cache from the time before then comes first.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
        {
            string list = isListed ? "ref ushort positions, int listed, " : "";
            writer.Line($"ref float x, int columns, {list}ref {weight.Keyword()} weights{(isByte ? ", ref float scales" : "")}, ref float bias, ref float output, int length,");
            writer.Line($"{(isListed ? "" : "bool isBackwards = false, ")}float low = float.NegativeInfinity, float high = float.PositiveInfinity)");
        }

        using (writer.Block())
        {
            writer.Line($"int panels = (length + {Lanes - 1}) / {Lanes};");
            writer.Line($"nint next = (nint)columns * {Lanes};");
            foreach ((int width, int[] sizes, int columns) in Widths)
            {
                if (width == 128) Passes(writer, weight, isListed, width, sizes, columns);
                else
                {
                    using (writer.Block($"if (Vector{width}.IsHardwareAccelerated)"))
                    {
                        Passes(writer, weight, isListed, width, sizes, columns);
                        writer.Line();
                        writer.Line("return;");
                    }

                    writer.Line();
                }
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Passes(CodeWriter writer, ElementType weight, bool isListed, int width, int[] sizes, int columns)
    {
        bool isSingle = sizes.Length == 1;
        using (writer.Block(isSingle ? "for (int n = 0; n < panels; n++)" : "for (int n = 0, size; n < panels; n += size)"))
        {
            if (!isSingle)
            {
                string size = string.Concat(sizes.Take(sizes.Length - 1).Select(size => $"panels - n >= {size} ? {size} : "));
                writer.Line($"size = {size}{sizes[sizes.Length - 1]};");
            }

            string panel = isListed ? "n" : $"isBackwards ? panels - {(isSingle ? "1" : "size")} - n : n";
            writer.Line($"int panel = {panel}, left = {(isListed ? "listed" : "columns")};");
            string first = FormattableString.Invariant($"panel * {Lanes}"), end = FormattableString.Invariant($"length - {Lanes}");
            writer.Line(isSingle ? $"int last = Math.Min({first}, {end});" : $"int row = {first}, last = Math.Min((panel + size - 1) * {Lanes}, {end});");
            writer.Line(isListed ? "ref ushort position = ref positions;" : "nuint at = 0;");
            if (!isListed) writer.Line("ref float v = ref x;");
            writer.Line($"ref {weight.Keyword()} w0 = ref Unsafe.Add(ref weights, panel * next);");
            foreach (int size in sizes)
            {
                if (isSingle)
                {
                    Pass(writer, weight, isListed, width, size, columns);
                    continue;
                }

                writer.Line(size == sizes[0] ? $"if (size == {size})" : size > 1 ? $"else if (size == {size})" : "else");
                using (writer.Block()) Pass(writer, weight, isListed, width, size, columns);
            }
        }
    }

    // Some panels: each has sums of its own for each of some columns.
    private static void Pass(CodeWriter writer, ElementType weight, bool isListed, int width, int panels, int columns)
    {
        bool isByte = weight == ElementType.Int8;
        int lanes = width / 32, vectors = Lanes / lanes;
        string type = $"Vector{width}<float>";
        string Sum(int panel, int vector, int column) => FormattableString.Invariant($"{"abcd"[panel]}{(vectors > 1 ? "mnop"[vector] : "")}{column}");
        string At(int panel, int vector)
        {
            string row = panel == panels - 1 ? "last" : panel == 0 ? "row" : FormattableString.Invariant($"row + {panel * Lanes}");
            string place = vector == 0 ? row : FormattableString.Invariant($"{row} + {vector * lanes}");
            return place.Contains(" ") ? $"(nuint)({place})" : $"(nuint){place}";
        }

        string Load(int panel, int vector, int column)
        {
            int offset = (isListed ? 0 : column * Lanes) + vector * lanes;
            string start = isListed ? FormattableString.Invariant($"at{column}") : "at";
            string at = offset == 0 ? start : FormattableString.Invariant($"{start} + {offset}");
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
            if (isListed) writer.Line($"nuint at{column} = Unsafe.Add(ref position, {column});");
            writer.Line($"{type} x{column} = Vector{width}.Create(Unsafe.Add(ref {(isListed ? $"x, at{column}" : $"v, {column}")}));");
            if (isListed) writer.Line($"at{column} *= {Lanes};");
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
        string Step(int count) => isListed ? $"position = ref Unsafe.Add(ref position, {count})" : $"v = ref Unsafe.Add(ref v, {count}), at += {count * Lanes}";
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
            writer.Line($"Clamp({scaled}, low, high).StoreUnsafe(ref output, {At(panel, vector)});");
        });
    }
}
