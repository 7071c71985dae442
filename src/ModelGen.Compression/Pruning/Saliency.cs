using System;
using System.Numerics.Tensors;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>How much is lost when a unit of weights goes.</summary>
internal static class Saliency
{
    /// <summary>
    /// Adds to each unit the squares of its weights, relative to the mean square of the matrix so that layers compare: the baseline (Han
    /// et al., "Learning both Weights and Connections for Efficient Neural Networks", 2015).
    /// </summary>
    /// <param name="weights">Weights of a matrix.</param>
    /// <param name="unitOf">Unit of each weight.</param>
    /// <param name="scores">Scores of the units of the network.</param>
    public static void Magnitude(ReadOnlySpan<float> weights, ReadOnlySpan<int> unitOf, Span<double> scores)
    {
        double mean = TensorPrimitives.SumOfSquares(weights) / (double)Math.Max(1, weights.Length);
        for (int i = 0; i < weights.Length; i++) scores[unitOf[i]] += (double)weights[i] * weights[i] / Math.Max(mean, 1e-30);
    }

    /// <summary>0.5 * s_r * w_u^T ([H^-1]_uu)^-1 w_u summed over the rows of each unit: the loss increase when the unit goes and all other
    /// weights of the row adapt (Hassibi and Stork, Optimal Brain Surgeon, 1993; Frantar and Alistarh, Optimal Brain Compression, 2022, for
    /// groups).</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <param name="units">The units; none straddles a group of <paramref name="hessian"/>.</param>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="rowSensitivity">Mean squared gradient of the loss with respect to each row's output; empty means 1 for all.</param>
    /// <param name="dampening">Added to the diagonal, as a share of its mean.</param>
    /// <param name="threads">Most threads to use; 0 means all processors.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a number is not finite or a sensitivity negative.</exception>
    public static double[] Obs(ReadOnlySpan<float> weights, PatternUnits units, InputHessian hessian,
        ReadOnlySpan<float> rowSensitivity = default, double dampening = InputHessian.Dampening, int threads = 0)
    {
        Check(weights, units, hessian, rowSensitivity);
        UnitCurvature[] curvatures = new UnitCurvature[hessian.Groups];
        for (int g = 0; g < curvatures.Length; g++) curvatures[g] = UnitCurvature.Create(hessian, g, units, dampening, threads);
        double[] scores = new double[units.Count];
        for (int u = 0; u < scores.Length; u++)
        {
            (int first, int count) = units.RowBlock(u / units.ColumnSets);
            for (int r = first; r < first + count; r++)
            {
                ReadOnlySpan<float> row = weights.Slice(r * units.Columns, units.Columns);
                double form = curvatures[hessian.GroupOf(r, units.Rows)].Form(u % units.ColumnSets, row);
                scores[u] += 0.5 * form * (rowSensitivity.IsEmpty ? 1 : rowSensitivity[r]);
            }
        }
        return scores;
    }

    private static void Check(ReadOnlySpan<float> weights, PatternUnits units, InputHessian hessian, ReadOnlySpan<float> rowSensitivity)
    {
        Arguments.CheckMatrix(weights, units.Rows, units.Columns, "weights");
        hessian.CheckFits(units.Rows, units.Columns);
        if (!rowSensitivity.IsEmpty) Arguments.CheckWeights(rowSensitivity, units.Rows, "row sensitivity");
    }
}
