using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// Rows of a matrix of pairs cut into segments whose sums fit 16 bits, whatever the input bytes are. Weights of few bits need few segments,
/// mostly one a row: then an instruction adds twice as many products as with 32-bit sums.
/// </summary>
internal sealed class ShortSums
{
    private const int LargestInput = byte.MaxValue;

    // Segments that may have room: those before them were filled with larger pairs.
    private const int OpenSegments = 16;

    private readonly List<int> _rows = [0], _segments = [0], _entries = [];
    private readonly List<sbyte> _weights = [];

    private ShortSums()
    {
    }

    /// <summary>First segment of each row, and the end of the last.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>First entry of each segment, and the end of the last.</summary>
    public IReadOnlyList<int> Segments => _segments;

    /// <summary>For each entry the pair of the matrix that it is of.</summary>
    public IReadOnlyList<int> Entries => _entries;

    /// <summary>Two weights for each entry.</summary>
    public IReadOnlyList<sbyte> Weights => _weights;

    /// <summary>Whether no row and no pair had to be cut.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Cuts the rows of a matrix; pairs of zeros are left out.</summary>
    /// <param name="values">Signed bytes, two an entry, row by row.</param>
    /// <param name="rows">Number of rows.</param>
    public static ShortSums Of(int[] values, int rows)
    {
        var sums = new ShortSums();
        int perRow = values.Length / 2 / Math.Max(1, rows);
        for (int row = 0; row < rows; row++)
        {
            var entries = new List<(int Entry, int A, int B)>();
            for (int entry = row * perRow; entry < (row + 1) * perRow; entry++)
            {
                (int a, int b) = (values[2 * entry], values[2 * entry + 1]);
                if (a == 0 && b == 0) continue;

                // A single product always fits.
                if (Fits(Most(a, b), Least(a, b))) entries.Add((entry, a, b));
                else
                {
                    sums.IsWhole = false;
                    entries.AddRange([(entry, a, 0), (entry, 0, b)]);
                }
            }

            List<Segment> segments = Fill(entries);
            sums.IsWhole &= segments.Count < 2;
            foreach (Segment segment in segments)
            {
                foreach ((int entry, int a, int b) in segment.Entries.OrderBy(entry => entry.Entry))
                {
                    sums._entries.Add(entry);
                    sums._weights.AddRange([(sbyte)a, (sbyte)b]);
                }

                sums._segments.Add(sums._entries.Count);
            }

            sums._rows.Add(sums._segments.Count - 1);
        }

        return sums;
    }

    // The largest first, each into the first segment that has room for it: about as few segments as there can be, and one where there is nothing.
    private static List<Segment> Fill(List<(int Entry, int A, int B)> entries)
    {
        List<Segment> segments = [new()];
        foreach ((int entry, int a, int b) in entries.OrderByDescending(entry => Math.Max(Most(entry.A, entry.B), -Least(entry.A, entry.B))))
        {
            int at = segments.FindIndex(Math.Max(0, segments.Count - OpenSegments), segment => Fits(segment.Most + Most(a, b), segment.Least + Least(a, b)));
            Segment? segment = at < 0 ? null : segments[at];
            if (segment is null) segments.Add(segment = new Segment());
            segment.Add(entry, a, b);
        }

        return [.. segments.OrderBy(segment => segment.Entries.Select(entry => entry.Entry).DefaultIfEmpty().Min())];
    }

    /// <summary>Whether this is faster than sums of 32 bits. Counted in quarters of a clock for 64 pixels on a processor with 256-bit vectors and
    /// two loads a clock, where a load that crosses cache lines counts twice; a dense layer shares its loads between four rows.</summary>
    /// <param name="entries">Entries that are walked otherwise: those of the dense matrix, or those that are not zero.</param>
    /// <param name="isDense">Whether it is walked densely otherwise.</param>
    /// <param name="isAligned">Whether most loads begin where a vector does (see <see cref="AlignedBytePlanes"/>).</param>
    public bool Pays(int entries, bool isDense, bool isAligned)
    {
        const int PerEntry = 20, PerAlignedEntry = 14, PerSegment = 16, PerWideEntry = 36, PerDenseEntry = 16;
        return (long)(isAligned ? PerAlignedEntry : PerEntry) * _entries.Count + (long)PerSegment * (_segments.Count - 1)
            < (long)(isDense ? PerDenseEntry : PerWideEntry) * entries;
    }

    /// <summary>Whether sums within bounds fit 16 bits.</summary>
    public static bool Fits(int most, int least) => most <= short.MaxValue && least >= short.MinValue;

    /// <summary>The most that two products of weights and bytes can be together.</summary>
    public static int Most(int a, int b) => LargestInput * (Math.Max(a, 0) + Math.Max(b, 0));

    /// <summary>The least that two products of weights and bytes can be together.</summary>
    public static int Least(int a, int b) => LargestInput * (Math.Min(a, 0) + Math.Min(b, 0));

    private sealed class Segment
    {
        public List<(int Entry, int A, int B)> Entries { get; } = [];

        public int Most { get; private set; }

        public int Least { get; private set; }

        public void Add(int entry, int a, int b)
        {
            Entries.Add((entry, a, b));
            Most += ShortSums.Most(a, b);
            Least += ShortSums.Least(a, b);
        }
    }
}
