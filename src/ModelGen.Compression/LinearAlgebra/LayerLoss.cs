using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>The expected squared error of a layer's outputs after its weights changed.</summary>
internal static class LayerLoss
{
    /// <summary>0.5 * s_r * (w - w0)^T H (w - w0), summed over the rows.</summary>
    /// <param name="original">Weights before, row by row.</param>
    /// <param name="changed">Weights after.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="hessian">Second moments of the inputs, without dampening.</param>
    /// <param name="rowSensitivity">Mean squared gradient of the loss with respect to each row's output, or null for 1.</param>
    /// <param name="threads">Most threads to use; 0 means all processors.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static double Compute(float[] original, float[] changed, int rows, InputHessian hessian, float[]? rowSensitivity = null,
        int threads = 0)
    {
        int columns = hessian.Columns;
        Arguments.CheckShape(original.Length, rows, columns, "original weights");
        Arguments.CheckShape(changed.Length, rows, columns, "changed weights");
        hessian.CheckFits(rows, columns);
        double[] losses = new double[rows];
        Workers.Run(rows, threads, r =>
        {
            double[] difference = new double[columns];
            for (int c = 0; c < columns; c++) difference[c] = (double)changed[r * columns + c] - original[r * columns + c];
            SymmetricMatrix moments = hessian[hessian.GroupOf(r, rows)];
            losses[r] = 0.5 * moments.QuadraticForm(difference) * (rowSensitivity == null ? 1 : rowSensitivity[r]);
        });
        double sum = 0;
        foreach (double loss in losses) sum += loss;
        return sum;
    }
}
