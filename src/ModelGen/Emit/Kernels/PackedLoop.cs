using System;
using ModelGen.Planning.Packing;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// The loop over a packed matrix (<see cref="PackedMatrix"/>), which the helpers that read one have in common. Its variables:
/// <c>row</c>; inside the loop over a row also <c>column</c> and <c>value</c>.
/// </summary>
internal static class PackedLoop
{
    /// <summary>Parameters that describe a packed matrix.</summary>
    public const string Parameters = "ReadOnlySpan<byte> packed, int rows, int columns, int bits, int gapBits, int countBits";

    private static readonly Helper ModernBits = new("ReadBits", """
        // At least 25 bits from a position on; the data go on for three bytes behind the last entry.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static uint ReadBits(ref byte data, int position) =>
            Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref data, position >> 3)) >> (position & 7);
        """);

    private static readonly Helper PortableBits = new("ReadBits", """
        // At least 17 bits from a position on; the data go on for three bytes behind the last entry.
        private static uint ReadBits(ReadOnlySpan<byte> data, int position)
        {
            int i = position >> 3;
            return (uint)(data[i] | data[i + 1] << 8 | data[i + 2] << 16) >> (position & 7);
        }
        """);

    /// <summary>Reads some bits.</summary>
    public static Helper Bits(bool modern) => modern ? ModernBits : PortableBits;

    /// <summary>Arguments for <see cref="Parameters"/>.</summary>
    public static string Arguments(PackedMatrix matrix, string packed) =>
        FormattableString.Invariant($"{packed}, rows: {matrix.Rows}, columns: {matrix.Columns}, bits: {matrix.Bits}, ")
            + FormattableString.Invariant($"gapBits: {matrix.GapBits}, countBits: {matrix.CountBits}");

    /// <summary>Writes the loop.</summary>
    /// <param name="writer">Into the body of a method with <see cref="Parameters"/>.</param>
    /// <param name="coding">How rows are stored.</param>
    /// <param name="modern">Whether vectors and references may be used.</param>
    /// <param name="before">Statements at the start of a row, or empty.</param>
    /// <param name="each">Statements for an entry.</param>
    /// <param name="after">Statements at the end of a row, or empty.</param>
    public static void Write(CodeWriter writer, PackedCoding coding, bool modern, string before, string each, string after)
    {
        string data = modern ? "ref data" : "packed";
        if (modern) writer.Line("ref byte data = ref MemoryMarshal.GetReference(packed);");
        writer.Line("int position = 0;");
        using (writer.Block("for (int row = 0; row < rows; row++)"))
        {
            if (before.Length > 0) writer.Lines(before);
            writer.Line("int width = bits;");
            using (writer.Block("if (width == 0)"))
            {
                writer.Line($"width = (int)(ReadBits({data}, position) & {(1 << PackedMatrix.WidthBits) - 1});");
                writer.Line($"position += {PackedMatrix.WidthBits};");
            }

            writer.Line();
            using (writer.Block("if (width != 0)"))
            {
                writer.Line("int top = 32 - width;");
                switch (coding)
                {
                    case PackedCoding.Dense: Dense(writer, data, each); break;
                    case PackedCoding.Gaps: Gaps(writer, data, each); break;
                    default: Bitmap(writer, data, modern, each); break;
                }
            }

            if (after.Length == 0) return;
            writer.Line();
            writer.Lines(after);
        }
    }

    private static void Dense(CodeWriter writer, string data, string each)
    {
        using (writer.Block("for (int column = 0; column < columns; column++, position += width)"))
        {
            writer.Line($"int value = (int)(ReadBits({data}, position) << top) >> top;");
            writer.Lines(each);
        }
    }

    private static void Gaps(CodeWriter writer, string data, string each)
    {
        writer.Line($"int count = (int)ReadBits({data}, position) & (1 << countBits) - 1, gap = (1 << gapBits) - 1;");
        writer.Line("position += countBits;");
        writer.Line("int column = -1, step = gapBits + width, left = top - gapBits;");
        using (writer.Block("for (; count > 0; count--, position += step)"))
        {
            writer.Line($"int entry = (int)ReadBits({data}, position);");
            writer.Line("column += (entry & gap) + 1;");
            writer.Line("int value = entry << left >> top;");
            writer.Lines(each);
        }
    }

    // 16 bits of the map at a time.
    private static void Bitmap(CodeWriter writer, string data, bool modern, string each)
    {
        writer.Line("int next = position + columns;");
        using (writer.Block("for (int start = 0; start < columns; start += 16)"))
        {
            writer.Line($"int map = (int)ReadBits({data}, position + start) & (1 << Math.Min(16, columns - start)) - 1;");
            using (writer.Block(modern ? "while (map != 0)" : "for (int column = start; map != 0; column++, map >>= 1)"))
            {
                if (modern)
                {
                    writer.Line("int column = start + BitOperations.TrailingZeroCount(map);");
                    writer.Line("map &= map - 1;");
                }
                else
                {
                    writer.Line("if ((map & 1) == 0) continue;");
                }

                writer.Line($"int value = (int)(ReadBits({data}, next) << top) >> top;");
                writer.Line("next += width;");
                writer.Lines(each);
            }
        }

        writer.Line();
        writer.Line("position = next;");
    }
}
