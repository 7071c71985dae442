using ModelGen.Graph;
using ModelGen.Planning.Packing;

namespace ModelGen.Emit.Kernels;

/// <summary>Helpers that bring packed weights into the layout that a kernel reads.</summary>
internal static class UnpackHelpers
{
    /// <summary>The helper for an expansion: one a coding, layout and element type.</summary>
    public static Helper Create(UnpackedMatrix table, bool modern)
    {
        bool isSparse = table.Offsets is not null, isFloat = table.Scales is not null;
        string name = "Unpack" + table.Matrix.Coding + (isSparse ? "Sparse" : "") + (table.HasPairs ? "Pairs" : "")
            + (table.Taps is null ? "" : "Taps") + (isFloat ? "Float32" : "") + (table.Offsets?.Element == ElementType.Int32 ? "Far" : "");
        return new Helper(name, () => isSparse ? Sparse(name, table, modern) : Dense(name, table, modern), PackedLoop.Bits(modern));
    }

    private static string Dense(string name, UnpackedMatrix table, bool modern)
    {
        var writer = new CodeWriter(Helper.Depth);
        string type = table.Target.Element.Keyword();
        writer.Line("// Weights as they are multiplied: " + (table.HasPairs
            ? "row * rowStride + tap * tapStride + half; behind the paired columns a tap has one half only."
            : "row * rowStride + column * tapStride.") + (table.Scales is null ? "" : " Integers times the scale of their row."));
        Header(writer, modern, name, $"Span<{type}> weights, int rowStride, int tapStride{Pairs(table)}{Scales(table)}");
        using (writer.Block())
        {
            writer.Line("weights.Clear();");
            if (modern) writer.Line($"ref {type} target = ref MemoryMarshal.GetReference(weights);");
            string at = table.HasPairs
                ? "row * rowStride + (column < paired ? (column >> 1) * tapStride + (column & 1) : (column - (paired >> 1)) * tapStride)"
                : "row * rowStride + column * tapStride";
            string each = $"{At(modern, "target", "weights", at)} = {Value(table)};";
            PackedLoop.Write(writer, table.Matrix.Coding, modern, BeforeRow(table), each, "");
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static string Sparse(string name, UnpackedMatrix table, bool modern)
    {
        var writer = new CodeWriter(Helper.Depth);
        string type = table.Target.Element.Keyword(), offset = table.Offsets!.Element.Keyword();
        string pairs = table.HasPairs ? ", in pairs," : "";
        writer.Line($"// The non-zero weights{pairs} of each row with the offsets that they are multiplied at"
            + (table.Scales is null ? "." : "; integers times the scale of their row."));
        string taps = table.Taps is null ? "" : ", ReadOnlySpan<int> taps, int rowsPerGroup, int groupStride";
        Header(writer, modern, name, $"Span<{type}> weights, Span<{offset}> offsets, Span<int> first{taps}{Pairs(table)}{Scales(table)}");
        using (writer.Block())
        {
            if (modern)
            {
                writer.Line($"ref {type} target = ref MemoryMarshal.GetReference(weights);");
                writer.Line($"ref {offset} place = ref MemoryMarshal.GetReference(offsets);");
            }

            writer.Line("int entries = 0;");
            string before = "first[row] = entries;" + (table.HasPairs ? "\nint last = -1;" : "")
                + (table.Taps is null ? "" : "\nint shift = row / rowsPerGroup * groupStride;");
            if (BeforeRow(table).Length > 0) before += "\n" + BeforeRow(table);
            string Place(string tap) => table.Taps is null ? $"({offset}){tap}" : $"({offset})(taps[{tap}] + shift)";
            string each = table.HasPairs
                ? $$"""
                    if (value == 0) continue;
                    int tap = column < paired ? column >> 1 : column - (paired >> 1), half = column < paired ? column & 1 : 0;
                    if (tap != last)
                    {
                        {{At(modern, "place", "offsets", "entries")}} = {{Place("tap")}};
                        {{At(modern, "target", "weights", "2 * entries + 1")}} = 0;
                        entries++;
                        last = tap;
                    }

                    {{At(modern, "target", "weights", "2 * entries - 2 + half")}} = {{Value(table)}};
                    """
                : $$"""
                    if (value == 0) continue;
                    {{At(modern, "place", "offsets", "entries")}} = {{Place("column")}};
                    {{At(modern, "target", "weights", "entries++")}} = {{Value(table)}};
                    """;
            // A pair that starts with its second half has a first half of zero.
            if (table.HasPairs)
            {
                each = each.Replace("    entries++;", $"    {At(modern, "target", "weights", "2 * entries")} = 0;\n    entries++;");
            }

            PackedLoop.Write(writer, table.Matrix.Coding, modern, before, each, "");
            writer.Line();
            writer.Line("first[rows] = entries;");
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Header(CodeWriter writer, bool modern, string name, string parameters)
    {
        if (modern) writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent()) writer.Line($"{PackedLoop.Parameters}, {parameters})");
    }

    private static string Pairs(UnpackedMatrix table) => table.HasPairs ? ", int paired" : "";

    private static string Scales(UnpackedMatrix table) => table.Scales is null ? "" : ", ReadOnlySpan<float> scales";

    private static string BeforeRow(UnpackedMatrix table) => table.Scales is null ? "" : "float scale = scales[row];";

    private static string Value(UnpackedMatrix table) => table.Scales is null ? "(sbyte)value" : "value * scale";

    private static string At(bool modern, string reference, string span, string index) =>
        modern ? $"Unsafe.Add(ref {reference}, {index})" : $"{span}[{index}]";
}
