using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning.Packing;

/// <summary>
/// A matrix of small integers in as few bytes as one of three codings takes, little-endian bit by bit. Rows (output channels) follow each
/// other without alignment. A row starts with its bits a value (4 bits, 0 for a row of zeros, which then is complete), left out where
/// <see cref="Bits"/> serves all rows; then, by <see cref="Coding"/>: all values; or the number of entries and the entries, each the gap
/// to the previous one and the value (a gap too long for its field is bridged by entries of value zero); or a bit a column and the values
/// of those that are set. An entry has at most 17 bits, so that three bytes hold it wherever it starts.
/// </summary>
internal sealed record PackedMatrix
{
    /// <summary>Columns beyond which a matrix is not packed: an index of a column has 16 bits.</summary>
    public const int MaximumColumns = ushort.MaxValue;

    /// <summary>Bits of a value at most.</summary>
    public const int MaximumBits = 8;

    /// <summary>Bits of the field that holds the bits of a row.</summary>
    public const int WidthBits = 4;

    private const int MaximumGapBits = 9;

    // Readers take four bytes at a time.
    private const int Padding = 3;

    /// <summary>Rows: output channels.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns: weights of an output channel.</summary>
    public required int Columns { get; init; }

    /// <summary>How rows are stored.</summary>
    public required PackedCoding Coding { get; init; }

    /// <summary>Bits of every value, or 0 when each row has its own.</summary>
    public required int Bits { get; init; }

    /// <summary>Gaps: bits of a gap.</summary>
    public required int GapBits { get; init; }

    /// <summary>Gaps: bits of the number of entries of a row.</summary>
    public required int CountBits { get; init; }

    /// <summary>The bits, with bytes behind that readers may touch.</summary>
    public required byte[] Bytes { get; init; }

    /// <summary>Packs a matrix in the smallest way.</summary>
    /// <param name="values">Signed bytes as integers, row by row.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <returns>The packed matrix, or <see langword="null"/> when a value needs more than 8 bits or there are too many columns.</returns>
    public static PackedMatrix? TryPack(int[] values, int rows)
    {
        int columns = rows == 0 ? 0 : values.Length / rows;
        int[] bits = SignedBits.OfRows(values, rows);
        if (columns is 0 or > MaximumColumns || bits.Any(width => width > MaximumBits)) return null;
        return Candidates(values, rows, columns, bits).OrderBy(candidate => candidate.TotalBits).First().Layout.Write(values, bits);
    }

    /// <summary>Packs a matrix in a given coding, with the best of its parameters.</summary>
    /// <param name="values">Signed bytes as integers, row by row.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="coding">The coding.</param>
    internal static PackedMatrix Pack(int[] values, int rows, PackedCoding coding)
    {
        int[] bits = SignedBits.OfRows(values, rows);
        return Candidates(values, rows, values.Length / rows, bits).Where(candidate => candidate.Layout.Coding == coding)
            .OrderBy(candidate => candidate.TotalBits).First().Layout.Write(values, bits);
    }

    /// <summary>In words, for example <c>gaps of 6 bits, 1,234 bytes</c>.</summary>
    public string Describe()
    {
        string coding = Coding switch
        {
            PackedCoding.Dense => "every value",
            PackedCoding.Gaps => FormattableString.Invariant($"gaps of {GapBits} bits"),
            _ => "a bit a column",
        };
        return FormattableString.Invariant($"{coding}, {Bytes.Length:N0} bytes");
    }

    private static IEnumerable<(PackedMatrix Layout, long TotalBits)> Candidates(int[] values, int rows, int columns, int[] bits)
    {
        int[] nonZero = Enumerable.Range(0, rows).Select(row => values.AsSpan(row * columns, columns).ToArray().Count(value =>
            value != 0)).ToArray();
        int[][] entries = Enumerable.Range(0, MaximumGapBits + 1).Select(gapBits =>
            Enumerable.Range(0, rows).Select(row => gapBits == 0 ? 0 : Entries(values, row, columns, gapBits)).ToArray()).ToArray();
        int common = Math.Max(1, bits.Max());
        foreach (int shared in new[] { common, 0 })
        {
            int Width(int row) => shared > 0 ? shared : bits[row];
            bool IsStored(int row) => shared > 0 || bits[row] > 0;
            long widths = shared > 0 ? 0 : (long)rows * WidthBits;
            long valueBits = widths;
            for (int row = 0; row < rows; row++) valueBits += (long)Width(row) * nonZero[row];
            PackedMatrix Layout(PackedCoding coding, int gapBits = 0, int countBits = 0) => new()
            {
                Rows = rows,
                Columns = columns,
                Coding = coding,
                Bits = shared,
                GapBits = gapBits,
                CountBits = countBits,
                Bytes = [],
            };
            yield return (Layout(PackedCoding.Dense), widths + Enumerable.Range(0, rows).Sum(row => (long)Width(row) * columns));
            for (int gapBits = 1; gapBits <= MaximumGapBits; gapBits++)
            {
                int[] counts = entries[gapBits];
                int countBits = SignedBits.Unsigned(counts.Max());
                long total = widths;
                for (int row = 0; row < rows; row++)
                    if (IsStored(row)) total += countBits + (long)counts[row] * (gapBits + Width(row));
                yield return (Layout(PackedCoding.Gaps, gapBits, countBits), total);
            }

            yield return (Layout(PackedCoding.Bitmap), valueBits + Enumerable.Range(0, rows).Sum(row => IsStored(row) ? (long)columns : 0));
        }
    }

    // Non-zero values of a row, and the zeros that bridge gaps.
    private static int Entries(int[] values, int row, int columns, int gapBits)
    {
        int count = 0, zeros = 0;
        for (int column = 0; column < columns; column++)
        {
            if (values[row * columns + column] != 0)
            {
                count += 1 + (zeros >> gapBits);
                zeros = 0;
            }
            else
            {
                zeros++;
            }
        }

        return count;
    }

    private PackedMatrix Write(int[] values, int[] bits)
    {
        var writer = new BitWriter();
        for (int row = 0; row < Rows; row++)
        {
            int width = Bits > 0 ? Bits : bits[row];
            if (Bits == 0) writer.Write(width, WidthBits);
            if (width == 0) continue;
            ReadOnlySpan<int> rowValues = values.AsSpan(row * Columns, Columns);
            switch (Coding)
            {
                case PackedCoding.Dense:
                    foreach (int value in rowValues) writer.Write(value, width);
                    break;
                case PackedCoding.Gaps:
                    writer.Write(Entries(values, row, Columns, GapBits), CountBits);
                    WriteGaps(writer, rowValues, width);
                    break;
                default:
                    foreach (int value in rowValues) writer.Write(value != 0 ? 1 : 0, 1);
                    foreach (int value in rowValues)
                        if (value != 0) writer.Write(value, width);
                    break;
            }
        }

        return this with { Bytes = [.. writer.ToBytes(), .. new byte[Padding]] };
    }

    private void WriteGaps(BitWriter writer, ReadOnlySpan<int> values, int width)
    {
        int zeros = 0, longest = (1 << GapBits) - 1;
        foreach (int value in values)
        {
            if (value == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > longest; zeros -= longest + 1)
            {
                writer.Write(longest, GapBits);
                writer.Write(0, width);
            }

            writer.Write(zeros, GapBits);
            writer.Write(value, width);
            zeros = 0;
        }
    }
}
