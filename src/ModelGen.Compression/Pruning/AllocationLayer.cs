using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>A layer as seen by the allocation of densities: its units' scores and costs.</summary>
internal sealed class AllocationLayer
{
    /// <summary>Describes a layer.</summary>
    /// <param name="scores">What is lost with each unit; at least one unit.</param>
    /// <param name="costs">Multiply-accumulates or bytes of each unit, positive.</param>
    /// <param name="maxSparsity">Largest share of the units that may go, below 1; at least one unit always stays.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no unit, a score is negative or not finite, or a cost not
    /// positive.</exception>
    public AllocationLayer(double[] scores, double[] costs, double maxSparsity = 0.99)
    {
        if (scores.Length == 0) throw new ArgumentException("A layer without units cannot be pruned.");
        if (scores.Length != costs.Length) throw new ArgumentException($"There are {scores.Length} scores but {costs.Length} costs.");
        Arguments.CheckFinite(scores, "scores");
        Arguments.CheckFinite(costs, "costs");
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] < 0) throw new ArgumentException($"Score {i} is negative: {scores[i]}.");
            if (costs[i] <= 0) throw new ArgumentException($"Cost {i} is not positive: {costs[i]}.");
        }
        Arguments.CheckRange(maxSparsity, 0, 1, "largest sparsity");
        Scores = scores;
        Costs = costs;

        // Rounded down to what the share allows; 1e-9 forgives the rounding of products such as 0.9 * 10.
        int removable = (int)Math.Floor(maxSparsity * scores.Length + 1e-9);
        Protected = Math.Max(1, scores.Length - removable);
    }

    /// <summary>What is lost with each unit.</summary>
    public double[] Scores { get; }

    /// <summary>Cost of each unit.</summary>
    public double[] Costs { get; }

    /// <summary>How many units stay whatever the target.</summary>
    public int Protected { get; }
}
