using System;
using System.Collections.Generic;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Sensitivity;

/// <summary>Gives each row (neuron, output channel) its bits so that the expected loss is least within a budget. Steps along the convex
/// hull of each row's losses are taken in the order of loss saved per bit, which is the optimum for every budget where a step ends (Shoham
/// and Gersho, 1988); what is left of the budget then goes to the best single steps that fit.</summary>
internal static class BitAllocation
{
    /// <summary>Allocates for a mean over the stored weights.</summary>
    /// <param name="losses">Expected loss of each row at each number of bits.</param>
    /// <param name="meanBits">Mean bits of a stored weight that must not be passed.</param>
    /// <param name="options">Limits, or null for 2 to 8 bits.</param>
    /// <param name="impact">Impact of each row for the low-impact share, or null for its loss at the fewest bits.</param>
    /// <exception cref="ArgumentException">The mean is below the fewest bits, or a limit is out of range.</exception>
    public static BitAllocationResult ForMeanBits(RowLosses losses, double meanBits, BitAllocationOptions? options = null,
        float[]? impact = null)
    {
        Arguments.CheckRange(meanBits, (options ?? new BitAllocationOptions()).FewestBits, RowLosses.MostBits, "mean number of bits");

        // 1e-9 forgives the rounding of products such as 4.1 * 10.
        return ForTotalBits(losses, (long)Math.Floor(meanBits * WeightsOf(losses) + 1e-9), options, impact);
    }

    /// <summary>Allocates for a total.</summary>
    /// <param name="losses">Expected loss of each row at each number of bits.</param>
    /// <param name="totalBits">Sum of bits * stored weights that must not be passed; 8 times a budget in bytes.</param>
    /// <param name="options">Limits, or null for 2 to 8 bits.</param>
    /// <param name="impact">Impact of each row for the low-impact share, or null for its loss at the fewest bits.</param>
    /// <exception cref="ArgumentException">The budget is too small for the fewest bits everywhere, or a limit is out of range.</exception>
    public static BitAllocationResult ForTotalBits(RowLosses losses, long totalBits, BitAllocationOptions? options = null,
        float[]? impact = null)
    {
        options ??= new BitAllocationOptions();
        Check(losses, options, impact);
        int[] most = MostBits(losses, options, impact);
        int[] bits = new int[losses.Rows];
        Array.Fill(bits, options.FewestBits);
        long used = WeightsOf(losses) * options.FewestBits;
        if (used > totalBits)
            throw new ArgumentException($"The budget of {totalBits} bits is too small: {options.FewestBits} bits everywhere are {used}.");
        foreach (BitStep step in Steps(losses, options.FewestBits, most))
        {
            // A row that skipped a step cannot take the next one, which starts where the skipped one ends.
            if (bits[step.Row] != step.From || used + step.Cost > totalBits) continue;
            bits[step.Row] = step.To;
            used += step.Cost;
        }
        used = Fill(losses, bits, most, used, totalBits);
        double loss = 0;
        for (int r = 0; r < bits.Length; r++) loss += losses[r, bits[r]];
        return new BitAllocationResult(bits, used, loss);
    }

    private static long WeightsOf(RowLosses losses)
    {
        long weights = 0;
        foreach (int count in losses.Weights) weights += count;
        return weights;
    }

    private static int[] MostBits(RowLosses losses, BitAllocationOptions options, float[]? impact)
    {
        int[] most = new int[losses.Rows];
        Array.Fill(most, options.MostBits);
        int low = (int)Math.Ceiling(options.LowImpactShare * most.Length - 1e-9);
        double[] keys = new double[most.Length];
        for (int r = 0; r < keys.Length; r++) keys[r] = impact == null ? losses[r, options.FewestBits] : impact[r];
        foreach (int row in Ranking.Ascending(keys).AsSpan(0, low)) most[row] = Math.Min(options.MostBits, options.LowImpactMostBits);
        return most;
    }

    private static BitStep[] Steps(RowLosses losses, int fewest, int[] most)
    {
        List<BitStep> steps = [];
        for (int r = 0; r < most.Length; r++)
        {
            for (int from = fewest; from < most[r] && losses.Weights[r] > 0;)
            {
                // The steepest way on from here is the next edge of the hull; of equal ones the longest.
                int to = from;
                double steepest = 0;
                for (int b = from + 1; b <= most[r]; b++)
                {
                    double slope = (losses[r, from] - losses[r, b]) / (b - from);
                    if (slope <= 0 || slope < steepest) continue;
                    steepest = slope;
                    to = b;
                }
                if (to == from) break;
                steps.Add(new BitStep(r, from, to, (long)(to - from) * losses.Weights[r], losses[r, from] - losses[r, to]));
                from = to;
            }
        }
        double[] keys = new double[steps.Count];
        for (int i = 0; i < keys.Length; i++) keys[i] = -(steps[i].Gain / steps[i].Cost);
        int[] order = Ranking.Ascending(keys);
        BitStep[] sorted = new BitStep[order.Length];
        for (int i = 0; i < sorted.Length; i++) sorted[i] = steps[order[i]];
        return sorted;
    }

    private static long Fill(RowLosses losses, int[] bits, int[] most, long used, long totalBits)
    {
        while (true)
        {
            int row = -1;
            int to = 0;
            double best = 0;
            for (int r = 0; r < bits.Length; r++)
            {
                if (losses.Weights[r] == 0) continue;
                for (int b = bits[r] + 1; b <= most[r]; b++)
                {
                    long cost = (long)(b - bits[r]) * losses.Weights[r];
                    if (used + cost > totalBits) break;
                    double rate = (losses[r, bits[r]] - losses[r, b]) / cost;
                    if (rate > best) (row, to, best) = (r, b, rate);
                }
            }
            if (row < 0) return used;
            used += (long)(to - bits[row]) * losses.Weights[row];
            bits[row] = to;
        }
    }

    private static void Check(RowLosses losses, BitAllocationOptions options, float[]? impact)
    {
        Arguments.CheckRange(options.FewestBits, RowLosses.FewestBits, RowLosses.MostBits, "fewest number of bits");
        Arguments.CheckRange(options.MostBits, options.FewestBits, RowLosses.MostBits, "most number of bits");
        Arguments.CheckRange(options.LowImpactShare, 0, 1, "share of low-impact rows");
        Arguments.CheckRange(options.LowImpactMostBits, options.FewestBits, RowLosses.MostBits, "most bits of a low-impact row");
        if (impact != null) Arguments.CheckWeights(impact, losses.Rows, "impact of the rows");
    }
}
