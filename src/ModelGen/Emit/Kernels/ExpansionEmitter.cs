using System;
using System.Collections.Generic;
using System.Globalization;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Packing;

namespace ModelGen.Emit.Kernels;

/// <summary>The start of a layer whose tables are stored smaller than its kernel reads them.</summary>
internal static class ExpansionEmitter
{
    private static readonly Helper WidenBrain = new("WidenBrainFloats", """
        // The upper halves of floats.
        private static void WidenBrainFloats(ReadOnlySpan<ushort> stored, Span<float> table)
        {
            for (int i = 0; i < table.Length; i++) table[i] = BitConverter.Int32BitsToSingle(stored[i] << 16);
        }
        """);

    private static readonly Helper WidenHalf = new("WidenHalfFloats", """
        // IEEE 754 binary16: exponent and fraction go to their places in a float, whose exponents start 112 lower.
        private static void WidenHalfFloats(ReadOnlySpan<ushort> stored, Span<float> table)
        {
            for (int i = 0; i < table.Length; i++)
            {
                float size = BitConverter.Int32BitsToSingle((stored[i] & 0x7FFF) << 13) * 5.19229686E+33f;
                table[i] = stored[i] >= 0x8000 ? -size : size;
            }
        }
        """);

    private static readonly Helper WidenSteps = new("WidenSteps", """
        private static void WidenSteps(ReadOnlySpan<sbyte> stored, Span<float> table, float step)
        {
            for (int i = 0; i < table.Length; i++) table[i] = stored[i] * step;
        }
        """);

    private static readonly Helper WidenShort = new("WidenShortFloats", $$"""
        // Exponent and four bits of the fraction.
        private static void WidenShortFloats(ReadOnlySpan<byte> stored, Span<float> table, int first)
        {
            for (int i = 0; i < table.Length; i++) table[i] = BitConverter.Int32BitsToSingle((stored[i] + first) << {{NarrowTable.ShortShift}});
        }
        """);

    private static readonly Helper FillRows = new("FillRows", """
        private static void FillRows(Span<int> offsets, int stride)
        {
            for (int i = 0; i < offsets.Length; i++) offsets[i] = i * stride;
        }
        """);

    /// <summary>Writes the calls that make the tables, in order.</summary>
    /// <param name="expansions">The tables of the layer.</param>
    /// <param name="scope">Into the method of the layer, before its kernel.</param>
    public static void Emit(IReadOnlyList<TableExpansion> expansions, LayerScope scope)
    {
        foreach (TableExpansion expansion in expansions)
        {
            switch (expansion)
            {
                case FilledTable filled:
                    string value = filled.Target.Element == ElementType.Float32
                        ? Literals.Float((float)filled.Value) : filled.Value.ToString(CultureInfo.InvariantCulture);
                    scope.Writer.Line($"{scope.Table(filled.Target)}.Fill({value});");
                    break;
                case CopiedTable copied:
                    scope.Writer.Line($"{scope.Table(copied.Stored)}.CopyTo({scope.Table(copied.Target)});");
                    break;
                case WidenedTable { Target.Element: ElementType.Float32, Stored.Element: ElementType.Int8 } steps:
                    string table = $"{scope.Table(steps.Stored)}, {scope.Table(steps.Target)}";
                    scope.Writer.Line($"{scope.Use(WidenSteps)}({table}, step: {Literals.Float(steps.Step)});");
                    break;
                case WidenedTable { Target.Element: ElementType.Float32, Stored.Element: ElementType.UInt8 } codes:
                    string views = $"{scope.Table(codes.Stored)}, {scope.Table(codes.Target)}";
                    scope.Writer.Line($"{scope.Use(WidenShort)}({views}, first: {codes.FirstCode});");
                    break;
                case WidenedTable widened:
                    Helper widen = widened.Target.Element == ElementType.Int32 ? WidenIntegers(widened.Stored.Element)
                        : widened.IsBrainFloat ? WidenBrain : WidenHalf;
                    scope.Writer.Line($"{scope.Use(widen)}({scope.Table(widened.Stored)}, {scope.Table(widened.Target)});");
                    break;
                case OffsetTable { Pattern: null } rows:
                    scope.Writer.Line($"{scope.Use(FillRows)}({scope.Table(rows.Target)}, stride: {rows.Stride});");
                    break;
                case OffsetTable { Pattern: { } pattern } offsets:
                    string fill = scope.Use(FillOffsets(pattern.Element));
                    scope.Writer.Line($"{fill}({scope.Table(offsets.Target)}, {scope.Table(pattern)}, stride: {offsets.Stride});");
                    break;
                case UnpackedMatrix matrix:
                    Unpack(matrix, scope);
                    break;
                default:
                    throw new InvalidOperationException(expansion.GetType().Name);
            }
        }

        if (expansions.Count > 0) scope.Writer.Line();
    }

    private static void Unpack(UnpackedMatrix table, LayerScope scope)
    {
        scope.Writer.Line($"{scope.Use(UnpackHelpers.Create(table, scope.IsModern))}(");
        using (scope.Writer.Indent())
        {
            scope.Writer.Line($"{PackedLoop.Arguments(table.Matrix, scope.Table(table.Packed))},");
            string tail = (table.HasPairs ? $", paired: {table.PairedColumns}" : "")
                + (table.Scales is null ? "" : $", scales: {scope.Table(table.Scales)}");
            if (table.Offsets is null)
            {
                scope.Writer.Line($"{scope.Table(table.Target)}, rowStride: {table.RowStride}, tapStride: {table.TapStride}{tail});");
                return;
            }

            string taps = table.Taps is null ? ""
                : $", {scope.Table(table.Taps)}, rowsPerGroup: {table.RowsPerGroup}, groupStride: {table.GroupStride}";
            scope.Writer.Line($"{scope.Table(table.Target)}, {scope.Table(table.Offsets)}, {scope.Table(table.First!)}{taps}{tail});");
        }
    }

    private static Helper WidenIntegers(ElementType stored) => new("Widen" + stored, $$"""
        private static void Widen{{stored}}(ReadOnlySpan<{{stored.Keyword()}}> stored, Span<int> table)
        {
            for (int i = 0; i < table.Length; i++) table[i] = stored[i];
        }
        """);

    private static Helper FillOffsets(ElementType stored) => new("FillOffsets" + (stored == ElementType.UInt16 ? "" : "Far"), $$"""
        // The pattern again and again, each time stride further on.
        private static void FillOffsets{{(stored == ElementType.UInt16 ? "" : "Far")}}(Span<int> offsets, ReadOnlySpan<{{stored.Keyword()}}> pattern, int stride)
        {
            int shift = 0;
            for (int start = 0; start < offsets.Length; start += pattern.Length, shift += stride)
                for (int i = 0; i < pattern.Length; i++) offsets[start + i] = pattern[i] + shift;
        }
        """);
}
