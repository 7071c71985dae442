using System;
using System.Collections.Generic;
using ModelGen.Planning.Lowering;

namespace ModelGen.Compression.Pruning;

/// <summary>The units of a weight matrix that live or die together. A unit is a run of adjacent rows (a row block) by some columns (a
/// column set); unit = row block * <see cref="ColumnSets"/> + column set.</summary>
internal sealed class PatternUnits
{
    /// <summary>Rows of a block: as many as the recurrent kernel multiplies at once.</summary>
    public const int BlockRows = BlockedMatrix.Lanes;

    private readonly int[][] _columns;
    private readonly (int First, int Count)[] _rows;

    /// <summary>Divides a matrix into units.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="rows">Rows: output channels, neurons, or gates * hidden.</param>
    /// <param name="columns">Columns: input channels * taps.</param>
    /// <param name="taps">Taps of the kernel for each input channel; 1 for matrices. Columns run channel by channel.</param>
    /// <param name="sections">Number of equal runs of rows that blocks must not straddle: groups of a convolution, or gates.</param>
    /// <exception cref="ArgumentException">The shape is empty, or taps or sections do not divide it.</exception>
    public PatternUnits(PrunePattern pattern, int rows, int columns, int taps = 1, int sections = 1)
    {
        if (rows < 1 || columns < 1) throw new ArgumentException($"The weights are empty: {rows} rows of {columns} columns.");
        if (taps < 1 || columns % taps != 0)
            throw new ArgumentException($"{columns} columns are no whole number of channels of {taps} taps.");
        if (sections < 1 || rows % sections != 0) throw new ArgumentException($"{rows} rows cannot be divided into {sections} sections.");
        if ((long)rows * columns > int.MaxValue) throw new ArgumentException($"{rows} x {columns} weights are too many.");
        Pattern = pattern;
        Rows = rows;
        Columns = columns;
        Sections = sections;
        _columns = ColumnsOf(pattern, columns, taps);
        _rows = RowsOf(pattern, rows, sections);
    }

    /// <summary>The pattern.</summary>
    public PrunePattern Pattern { get; }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>Number of equal runs of rows that no unit straddles.</summary>
    public int Sections { get; }

    /// <summary>Number of units.</summary>
    public int Count => _rows.Length * _columns.Length;

    /// <summary>Number of column sets.</summary>
    public int ColumnSets => _columns.Length;

    /// <summary>Number of row blocks.</summary>
    public int RowBlocks => _rows.Length;

    /// <summary>The columns of a column set, ascending.</summary>
    /// <param name="set">The set.</param>
    public ReadOnlySpan<int> ColumnSet(int set) => _columns[set];

    /// <summary>The rows of a row block.</summary>
    /// <param name="block">The block.</param>
    public (int First, int Count) RowBlock(int block) => _rows[block];

    /// <summary>Number of weights in a unit.</summary>
    /// <param name="unit">The unit.</param>
    public int SizeOf(int unit) => _rows[unit / ColumnSets].Count * _columns[unit % ColumnSets].Length;

    /// <summary>The cost of each unit where each weight costs the same, such as the multiply-accumulates of a convolution's
    /// pixels.</summary>
    /// <param name="perWeight">Cost of a weight.</param>
    public double[] Costs(double perWeight)
    {
        double[] costs = new double[Count];
        for (int u = 0; u < costs.Length; u++) costs[u] = SizeOf(u) * perWeight;
        return costs;
    }

    /// <summary>Spreads a decision about units over the weights.</summary>
    /// <param name="keepUnits">For each unit whether it stays.</param>
    /// <returns>For each weight, row by row, whether it stays.</returns>
    /// <exception cref="ArgumentException">The length is not <see cref="Count"/>.</exception>
    public bool[] Expand(ReadOnlySpan<bool> keepUnits)
    {
        if (keepUnits.Length != Count) throw new ArgumentException($"The unit mask has {keepUnits.Length} elements instead of {Count}.");
        bool[] keep = new bool[Rows * Columns];
        for (int b = 0; b < RowBlocks; b++)
        {
            (int first, int count) = _rows[b];
            for (int s = 0; s < ColumnSets; s++)
            {
                if (!keepUnits[b * ColumnSets + s]) continue;
                foreach (int column in _columns[s])
                    for (int r = first; r < first + count; r++) keep[r * Columns + column] = true;
            }
        }
        return keep;
    }

    private static int[][] ColumnsOf(PrunePattern pattern, int columns, int taps)
    {
        List<int[]> sets = [];
        switch (pattern)
        {
            case PrunePattern.Channels:
                int[] all = new int[columns];
                for (int i = 0; i < columns; i++) all[i] = i;
                sets.Add(all);
                break;
            case PrunePattern.Pairs:
                int channels = columns / taps;
                for (int c = 0; c < channels; c += 2)
                    for (int t = 0; t < taps; t++) sets.Add(c + 1 < channels ? [c * taps + t, (c + 1) * taps + t] : [c * taps + t]);
                break;
            default:
                for (int i = 0; i < columns; i++) sets.Add([i]);
                break;
        }
        return [.. sets];
    }

    private static (int First, int Count)[] RowsOf(PrunePattern pattern, int rows, int sections)
    {
        int height = pattern == PrunePattern.Blocks ? BlockRows : 1;
        int section = rows / sections;
        List<(int First, int Count)> blocks = [];
        for (int start = 0; start < rows; start += section)
            for (int r = 0; r < section; r += height) blocks.Add((start + r, Math.Min(height, section - r)));
        return [.. blocks];
    }
}
