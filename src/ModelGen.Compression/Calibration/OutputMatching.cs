using System;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>
/// Weights that make of the inputs x' that a layer has now what the original weights W made of its original inputs x, so that a layer
/// makes up for the errors of those before it: the minimum of E|V x' - W x|^2 + d |V - W|^2, V = W (E[x x'^T] + d) (E[x' x'^T] + d)^-1
/// (Zhang, Zou, He, Sun, "Accelerating very deep convolutional networks for classification and detection", 2016, section 3.3, "asymmetric
/// reconstruction").
/// </summary>
internal static class OutputMatching
{
    /// <summary>Finds the weights.</summary>
    /// <param name="original">W, row by row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="moments">Moments of the inputs now and of the original ones.</param>
    /// <param name="threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
    /// <returns>V.</returns>
    public static float[] Fit(float[] original, int rows, LayerMoments moments, int threads = 0)
    {
        InputHessian hessian = moments.Hessian;
        int columns = hessian.Columns, perGroup = rows / hessian.Groups;
        hessian.CheckFits(rows, columns);
        var result = new float[original.Length];
        int[] all = Enumerable.Range(0, columns).ToArray();
        for (int group = 0; group < hessian.Groups; group++)
        {
            var additions = new double[columns];
            SymmetricMatrix second = hessian[group];
            double[] cross = moments.Cross[group];
            Cholesky factor = hessian.Factor(group, all, InputHessian.Dampening, dampened =>
            {
                for (int k = 0; k < columns; k++) additions[k] = dampened[k, k] - second[k, k];
                return Cholesky.TryFactor(dampened, threads);
            });
            int first = group * perGroup;
            Workers.Run(perGroup, threads, i =>
            {
                Span<float> target = result.AsSpan((first + i) * columns, columns);
                double[] row = original.AsSpan((first + i) * columns, columns).ToArray().Select(weight => (double)weight).ToArray();
                var x = new double[columns];
                for (int k = 0; k < columns; k++) x[k] = VectorMath.Dot(cross.AsSpan(k * columns, columns), row) + additions[k] * row[k];
                factor.Solve(x);
                for (int k = 0; k < columns; k++) target[k] = (float)x[k];
            });
        }

        return result;
    }
}
