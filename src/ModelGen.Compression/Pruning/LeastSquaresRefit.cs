using System;
using System.Collections.Generic;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>The best weights for a given mask: for each row w_S = (H_SS)^-1 H_S: w0, the minimum of (w - w0)^T H (w - w0) over the weights
/// that stay.</summary>
internal static class LeastSquaresRefit
{
    /// <summary>Re-fits all rows. Rows with equal masks share a factorization.</summary>
    /// <param name="original">Weights before pruning, row by row.</param>
    /// <param name="keep">For each weight whether it stays.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="dampening">Added to the diagonal, as a share of its mean.</param>
    /// <param name="threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a weight is not finite.</exception>
    public static float[] Fit(float[] original, bool[] keep, int rows, InputHessian hessian, double dampening = InputHessian.Dampening,
        int threads = 0)
    {
        int columns = hessian.Columns;
        Arguments.CheckMatrix(original, rows, columns, "weights");
        Arguments.CheckShape(keep.Length, rows, columns, "mask");
        hessian.CheckFits(rows, columns);
        float[] result = new float[original.Length];
        IReadOnlyList<SupportGroup> groups = SupportGroup.Collect(keep, rows, hessian);
        bool few = groups.Count < 2 * Environment.ProcessorCount;
        Workers.Run(groups.Count, few ? 1 : threads, g => FitGroup(original, result, groups[g], hessian, dampening, few ? threads : 1));
        return result;
    }

    private static void FitGroup(float[] original, float[] result, SupportGroup group, InputHessian hessian, double dampening, int threads)
    {
        int columns = hessian.Columns;
        int[] kept = group.Columns;
        if (kept.Length == 0) return;
        if (kept.Length == columns)
        {
            foreach (int r in group.Rows) original.AsSpan(r * columns, columns).CopyTo(result.AsSpan(r * columns));
            return;
        }
        double[] additions = new double[kept.Length];
        Cholesky factor = hessian.Factor(group.Group, kept, dampening, h =>
        {
            for (int k = 0; k < kept.Length; k++) additions[k] = h[k, k] - hessian[group.Group][kept[k], kept[k]];
            return Cholesky.TryFactor(h, threads);
        });
        Workers.Run(group.Rows.Count, threads, i =>
        {
            int offset = group.Rows[i] * columns;
            double[] row = new double[columns];
            for (int c = 0; c < columns; c++) row[c] = original[offset + c];
            double[] x = new double[kept.Length];
            for (int k = 0; k < x.Length; k++) x[k] = VectorMath.Dot(hessian[group.Group].Row(kept[k]), row) + additions[k] * row[kept[k]];
            factor.Solve(x);
            for (int k = 0; k < x.Length; k++) result[offset + kept[k]] = (float)x[k];
        });
    }
}
