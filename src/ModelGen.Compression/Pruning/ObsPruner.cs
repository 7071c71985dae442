using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>One-shot second-order pruning of one layer: chooses what goes, and changes the weights that stay so that the outputs stay close
/// (SparseGPT, Frantar and Alistarh, 2023; the exact least-squares fit where the layer is narrow enough).</summary>
internal static class ObsPruner
{
    /// <summary>Removes a number of units, chosen while sweeping over the columns; in a layer narrow enough for the exact fit also by the
    /// diagonal of the Fisher matrix, whichever loses less.</summary>
    /// <param name="weights">Weights, row by row; not changed.</param>
    /// <param name="units">The pattern; no unit straddles a group of <paramref name="hessian"/>.</param>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="unitsToRemove">How many units go, less than all.</param>
    /// <param name="options">Settings, or null for the usual ones.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a number is not finite, or the layer would be empty.</exception>
    public static PruneResult Prune(float[] weights, PatternUnits units, InputHessian hessian, int unitsToRemove,
        ObsOptions? options = null)
    {
        options ??= new ObsOptions();
        Check(weights, units.Rows, units.Columns, hessian, options);
        if (unitsToRemove < 0 || unitsToRemove >= units.Count)
            throw new ArgumentException($"{unitsToRemove} of {units.Count} units cannot be removed; at least one must stay.");
        if (units.Sections % hessian.Groups != 0)
            throw new ArgumentException(
                $"The pattern has {units.Sections} sections, which do not divide into the {hessian.Groups} groups of inputs.");
        if (units.Pattern == PrunePattern.Channels)
        {
            double[] scores = Saliency.Obs(weights, units, hessian, options.RowSensitivity, options.Dampening, options.Threads);
            return Apply(weights, units.Rows, units.Columns, WithoutLowest(units, scores, unitsToRemove), hessian, options);
        }
        (float[] pruned, bool[] keep) = new AdaptiveMask(weights, units, hessian, options).Remove(unitsToRemove);
        if (units.Columns > options.RefitColumns) return Result(weights, pruned, keep, units.Rows, hessian, options);

        // The sweep takes each choice as if all columns to come stayed, which at high sparsity they do not: ranking by the diagonal, which
        // looks at no other weight, then comes out ahead at times. With an exact fit for both the better one is known.
        PruneResult swept = Apply(weights, units.Rows, units.Columns, keep, hessian, options);
        double[] fisher = Saliency.DiagonalFisher(weights, units, hessian, options.RowSensitivity);
        PruneResult ranked = Apply(weights, units.Rows, units.Columns, WithoutLowest(units, fisher, unitsToRemove), hessian, options);
        return ranked.Loss < swept.Loss ? ranked : swept;
    }

    /// <summary>Prunes to a given mask.</summary>
    /// <param name="weights">Weights, row by row; not changed.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="keep">For each weight whether it stays.</param>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="options">Settings, or null for the usual ones.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a number is not finite.</exception>
    public static PruneResult Apply(float[] weights, int rows, int columns, bool[] keep, InputHessian hessian, ObsOptions? options = null)
    {
        options ??= new ObsOptions();
        Check(weights, rows, columns, hessian, options);
        Arguments.CheckShape(keep.Length, rows, columns, "mask");
        float[] pruned = columns <= options.RefitColumns
            ? LeastSquaresRefit.Fit(weights, keep, rows, hessian, options.Dampening, options.Threads)
            : Sweep(weights, rows, columns, keep, hessian, options);
        return Result(weights, pruned, keep, rows, hessian, options);
    }

    private static bool[] WithoutLowest(PatternUnits units, double[] scores, int unitsToRemove)
    {
        bool[] keep = new bool[units.Count];
        Array.Fill(keep, true);
        foreach (int unit in Ranking.Ascending(scores).AsSpan(0, unitsToRemove)) keep[unit] = false;
        return units.Expand(keep);
    }

    private static float[] Sweep(float[] weights, int rows, int columns, bool[] keep, InputHessian hessian, ObsOptions options)
    {
        int[] order = new int[columns];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        float[] result = new float[weights.Length];
        int height = rows / hessian.Groups;
        for (int g = 0; g < hessian.Groups; g++)
        {
            InverseHessianFactor factor = hessian.Factor(g, order, options.Dampening,
                h => InverseHessianFactor.TryCreate(h, options.Threads));
            WorkingRows working = new(weights, columns, g * height, height, order);
            MaskRule rule = new(keep.AsSpan(g * height * columns, height * columns).ToArray(), columns);
            ColumnSweep.Run(working.Values, working.Stride, height, factor, ColumnSweep.DefaultBlock, options.Threads, rule);
            working.Store(result);
        }
        return result;
    }

    private static PruneResult Result(float[] weights, float[] pruned, bool[] keep, int rows, InputHessian hessian, ObsOptions options) =>
        new(pruned, keep, LayerLoss.Compute(weights, pruned, rows, hessian, options.RowSensitivity, options.Threads));

    private static void Check(float[] weights, int rows, int columns, InputHessian hessian, ObsOptions options)
    {
        Arguments.CheckMatrix(weights, rows, columns, "weights");
        hessian.CheckFits(rows, columns);
        if (options.RowSensitivity != null) Arguments.CheckWeights(options.RowSensitivity, rows, "row sensitivity");
    }
}
