using System;
using System.Collections.Generic;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Search;

/// <summary>The points that no other point beats: none is at least as accurate at no more of any cost and better in one of them.</summary>
internal static class ParetoFront
{
    /// <summary>Finds the front.</summary>
    /// <param name="points">The points; none is fine.</param>
    /// <returns>Indices of the points on the front in ascending order of the first cost, then of the index. Of equal points the
    /// first.</returns>
    /// <exception cref="ArgumentException">The numbers of costs differ or are zero, or a number is not finite.</exception>
    public static IReadOnlyList<int> Find(IReadOnlyList<CandidatePoint> points)
    {
        for (int i = 0; i < points.Count; i++)
        {
            Arguments.CheckFinite([points[i].Accuracy], "accuracies");
            Arguments.CheckFinite(points[i].Costs.Span, "costs");
            if (points[i].Costs.Count == 0 || points[i].Costs.Count != points[0].Costs.Count)
                throw new ArgumentException(
                    $"Point {i} has {points[i].Costs.Count} costs, the first one {points[0].Costs.Count}; at least 1.");
        }
        List<int> front = [];
        for (int i = 0; i < points.Count; i++)
        {
            bool beaten = false;
            for (int j = 0; j < points.Count && !beaten; j++) beaten = j != i && Beats(points[j], points[i], j < i);
            if (!beaten) front.Add(i);
        }
        double[] keys = new double[front.Count];
        for (int i = 0; i < keys.Length; i++) keys[i] = points[front[i]].Costs[0];
        int[] order = Ranking.Ascending(keys);
        int[] sorted = new int[order.Length];
        for (int i = 0; i < sorted.Length; i++) sorted[i] = front[order[i]];
        return sorted;
    }

    private static bool Beats(CandidatePoint better, CandidatePoint worse, bool beatsEqual)
    {
        if (better.Accuracy < worse.Accuracy) return false;
        bool strictly = better.Accuracy > worse.Accuracy;
        for (int c = 0; c < better.Costs.Count; c++)
        {
            if (better.Costs[c] > worse.Costs[c]) return false;
            strictly |= better.Costs[c] < worse.Costs[c];
        }
        return strictly || beatsEqual;
    }
}
