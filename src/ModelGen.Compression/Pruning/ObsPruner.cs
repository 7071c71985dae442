using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>One-shot second-order pruning of one layer: changes the weights that stay so that the outputs stay close
/// (SparseGPT, Frantar and Alistarh, 2023; the exact least-squares fit where the layer is narrow enough).</summary>
internal static class ObsPruner
{
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
