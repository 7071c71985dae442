using System;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Pruning;

namespace ModelGen.Compression.Tests.Pruning;

/// <summary>A layer by itself, pruned as the tool prunes: the units of the least estimated loss go, the other weights are fitted.</summary>
internal static class OneLayer
{
    public static PruneResult Prune(float[] weights, PatternUnits units, InputHessian hessian, int remove, ObsOptions? options = null)
    {
        double[] scores = Saliency.Obs(weights, units, hessian, options?.RowSensitivity, threads: options?.Threads ?? 0);
        return ObsPruner.Apply(weights, units.Rows, units.Columns, WithoutLowest(units, scores, remove), hessian, options);
    }

    public static bool[] WithoutLowest(PatternUnits units, double[] scores, int remove)
    {
        bool[] keep = Enumerable.Repeat(true, units.Count).ToArray();
        foreach (int unit in Ranking.Ascending(scores).AsSpan(0, remove)) keep[unit] = false;
        return units.Expand(keep);
    }
}
