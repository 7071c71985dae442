using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>Chooses what goes while sweeping over the columns. How many units each block of columns loses is not fixed in advance, as it is
/// in SparseGPT: inputs differ too much for that (the border of an image is always black). Sweeps with one threshold for all blocks find
/// the numbers; a last sweep takes exactly as many units as wanted.</summary>
internal sealed class AdaptiveMask
{
    // Halvings of the bracket around the threshold, in logarithms. More do not change the split between blocks noticeably.
    private const int Halvings = 10;

    private readonly float[] _weights;
    private readonly PatternUnits _units;
    private readonly InputHessian _hessian;
    private readonly ObsOptions _options;
    private readonly int[] _order;
    private readonly InverseHessianFactor[] _factors;

    /// <summary>Prepares a layer.</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <param name="units">The pattern.</param>
    /// <param name="hessian">Second moments.</param>
    /// <param name="options">Settings.</param>
    public AdaptiveMask(float[] weights, PatternUnits units, InputHessian hessian, ObsOptions options)
    {
        _weights = weights;
        _units = units;
        _hessian = hessian;
        _options = options;
        _order = new int[units.Columns];
        for (int s = 0, next = 0; s < units.ColumnSets; s++)
            foreach (int column in units.ColumnSet(s)) _order[next++] = column;
        _factors = new InverseHessianFactor[hessian.Groups];
        for (int g = 0; g < _factors.Length; g++)
            _factors[g] = hessian.Factor(g, _order, options.Dampening, h => InverseHessianFactor.TryCreate(h, options.Threads));
    }

    /// <summary>Removes units.</summary>
    /// <param name="unitsToRemove">How many, less than all.</param>
    /// <returns>The corrected weights and which of them stay.</returns>
    public (float[] Weights, bool[] Keep) Remove(int unitsToRemove)
    {
        int[][] counts = CountsFor(unitsToRemove);
        float[] weights = new float[_weights.Length];
        bool[] keep = new bool[_weights.Length];
        int height = _units.Rows / _hessian.Groups;
        for (int g = 0; g < _factors.Length; g++)
        {
            (PruneRule rule, WorkingRows working) = Sweep(g, 0, counts[g]);
            working.Store(weights);
            for (int r = 0; r < height; r++)
            {
                int offset = (g * height + r) * _units.Columns;
                for (int c = 0; c < _order.Length; c++) keep[offset + _order[c]] = rule.Keep[r * _order.Length + c];
            }
        }
        return (weights, keep);
    }

    private (PruneRule Rule, WorkingRows Working) Sweep(int group, double threshold, int[]? counts)
    {
        int height = _units.Rows / _hessian.Groups;
        int rowBlocks = _units.RowBlocks / _hessian.Groups;
        WorkingRows working = new(_weights, _units.Columns, group * height, height, _order);
        PruneRule rule = new(_units, _factors[group], group * rowBlocks, (group + 1) * rowBlocks, _options.RowSensitivity, threshold,
            counts);
        ColumnSweep.Run(working.Values, working.Stride, height, _factors[group], ColumnSweep.DefaultBlock, _options.Threads, rule);
        return (rule, working);
    }

    private int[][] CountsFor(int unitsToRemove)
    {
        // A layer of one block of columns has nothing to split.
        int blocks = (_order.Length + ColumnSweep.DefaultBlock - 1) / ColumnSweep.DefaultBlock;
        if (blocks * _factors.Length == 1) return [[unitsToRemove]];
        double[] scores = Saliency.Obs(_weights, _units, _hessian, _options.RowSensitivity, _options.Dampening, _options.Threads);
        Array.Sort(scores);
        double largest = scores[^1];
        if (largest == 0) largest = 1;
        double low = Math.Log(Math.Max(scores[unitsToRemove], largest * 1e-12)) - Math.Log(4);
        double high = Math.Log(largest) + Math.Log(64);
        int[][] below = Zeros(blocks);
        int[][] above = All(blocks);
        for (int i = 0; i < Halvings; i++)
        {
            // The threshold lies near the score that the wanted number of units has before any correction: look there first.
            double middle = i == 0 ? Math.Min(low + 2 * Math.Log(4), (low + high) / 2) : (low + high) / 2;
            int[][] counts = Zeros(blocks);
            for (int g = 0; g < counts.Length; g++) counts[g] = Sweep(g, Math.Exp(middle), null).Rule.Removed;
            long removed = Sum(counts);
            if (removed == unitsToRemove) return counts;
            if (removed < unitsToRemove) (below, low) = (counts, middle);
            else (above, high) = (counts, middle);
        }
        return Between(below, above, unitsToRemove);
    }

    /// <summary>Counts between two splits that add up to the number wanted, rounded along the running sum.</summary>
    private static int[][] Between(int[][] below, int[][] above, int wanted)
    {
        int[][] counts = Zeros(below[0].Length, below.Length);
        long spread = Sum(above) - Sum(below);
        long missing = wanted - Sum(below);
        long running = 0;
        long given = 0;
        for (int g = 0; g < counts.Length; g++)
        {
            for (int b = 0; b < counts[g].Length; b++)
            {
                // A higher threshold may remove fewer units from a block, since the corrections differ: the difference then counts
                // negative.
                running += above[g][b] - below[g][b];
                long due = (long)Math.Floor((double)running * missing / spread);
                counts[g][b] = below[g][b] + (int)(due - given);
                given = due;
            }
        }
        return counts;
    }

    private static long Sum(int[][] counts)
    {
        long sum = 0;
        foreach (int[] group in counts)
            foreach (int count in group) sum += count;
        return sum;
    }

    private int[][] Zeros(int blocks) => Zeros(blocks, _factors.Length);

    private static int[][] Zeros(int blocks, int groups)
    {
        int[][] zeros = new int[groups][];
        for (int g = 0; g < groups; g++) zeros[g] = new int[blocks];
        return zeros;
    }

    private int[][] All(int blocks)
    {
        int[][] all = Zeros(blocks);
        int rowBlocks = _units.RowBlocks / _hessian.Groups;
        for (int s = 0, column = 0; s < _units.ColumnSets; column += _units.ColumnSet(s++).Length)
            foreach (int[] group in all) group[column / ColumnSweep.DefaultBlock] += rowBlocks;
        return all;
    }
}
