using System;
using System.Collections.Generic;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>Chooses the units of all layers together: the knapsack of least score lost within a cost, by the greedy rule of Dantzig
/// (1957).</summary>
internal static class GlobalAllocation
{
    /// <summary>Keeps units in descending order of score / cost^alpha while they fit. Each layer first gets its protected units, the best
    /// by the same order. Equal ranks go to the earlier layer and the lower index.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="targetCost">Most cost to keep, in the unit of the layers' costs.</param>
    /// <param name="alpha">How much the cost counts, 0 (not at all) to 1 (least score lost per cost saved).</param>
    /// <exception cref="ArgumentException">There are no layers, the target is not a finite number of at least 0, or alpha is out of
    /// range.</exception>
    public static AllocationResult Allocate(IReadOnlyList<AllocationLayer> layers, double targetCost, double alpha = 1)
    {
        if (layers.Count == 0) throw new ArgumentException("There is no layer to prune.");
        Arguments.CheckRange(targetCost, 0, double.MaxValue, "target cost");
        Arguments.CheckRange(alpha, 0, 1, "exponent of the cost");
        int total = 0;
        foreach (AllocationLayer layer in layers) total = checked(total + layer.Scores.Length);
        int[] order = Rank(layers, total, alpha);
        bool[][] keep = new bool[layers.Count][];
        int[] layerOf = new int[total];
        int[] starts = new int[layers.Count];
        for (int l = 0, next = 0; l < layers.Count; l++)
        {
            keep[l] = new bool[layers[l].Scores.Length];
            starts[l] = next;
            layerOf.AsSpan(next, keep[l].Length).Fill(l);
            next += keep[l].Length;
        }

        int[] missing = new int[layers.Count];
        for (int l = 0; l < missing.Length; l++) missing[l] = layers[l].Protected;
        double cost = 0;
        foreach (int index in order)
        {
            int l = layerOf[index];
            if (missing[l] == 0) continue;
            missing[l]--;
            keep[l][index - starts[l]] = true;
            cost += layers[l].Costs[index - starts[l]];
        }

        // Sums of costs such as 0.1 may pass an equal target by rounding.
        double limit = targetCost * (1 + 1e-12);
        bool reaches = cost <= limit;
        double lost = 0;
        foreach (int index in order)
        {
            int l = layerOf[index];
            int unit = index - starts[l];
            if (keep[l][unit]) continue;
            if (cost + layers[l].Costs[unit] <= limit)
            {
                keep[l][unit] = true;
                cost += layers[l].Costs[unit];
            }
            else
            {
                lost += layers[l].Scores[unit];
            }
        }
        return new AllocationResult(keep, cost, lost, reaches);
    }

    private static int[] Rank(IReadOnlyList<AllocationLayer> layers, int total, double alpha)
    {
        double[] keys = new double[total];
        int next = 0;
        foreach (AllocationLayer layer in layers)
        {
            for (int u = 0; u < layer.Scores.Length; u++)
            {
                double divisor = alpha == 0 ? 1 : alpha == 1 ? layer.Costs[u] : Math.Pow(layer.Costs[u], alpha);
                keys[next++] = -(layer.Scores[u] / divisor);
            }
        }
        return Ranking.Ascending(keys);
    }
}
