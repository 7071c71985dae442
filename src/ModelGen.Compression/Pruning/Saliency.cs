using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>How much is lost when a unit of weights goes. Fisher and OBS scores estimate the increase of the loss, so they compare between
/// layers when the row sensitivities do.</summary>
internal static class Saliency
{
    /// <summary>Sum of the squared weights of each unit.</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <param name="units">The units.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a weight is not finite.</exception>
    public static double[] Magnitude(ReadOnlySpan<float> weights, PatternUnits units)
    {
        Arguments.CheckMatrix(weights, units.Rows, units.Columns, "weights");
        double[] scores = new double[units.Count];
        for (int u = 0; u < scores.Length; u++)
        {
            (int first, int count) = units.RowBlock(u / units.ColumnSets);
            foreach (int column in units.ColumnSet(u % units.ColumnSets))
            {
                for (int r = first; r < first + count; r++)
                {
                    double weight = weights[r * units.Columns + column];
                    scores[u] += weight * weight;
                }
            }
        }
        return scores;
    }

    /// <summary>0.5 * sum of s_r * h_kk * w_rk^2 over each unit: the loss increase if weights did not interact (LeCun et al., Optimal Brain
    /// Damage, 1989; with s from the output gradients it is the diagonal of the Kronecker-factored Fisher matrix).</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <param name="units">The units.</param>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="rowSensitivity">Mean squared gradient of the loss with respect to each row's output; empty means 1 for all.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a number is not finite or a sensitivity negative.</exception>
    public static double[] DiagonalFisher(ReadOnlySpan<float> weights, PatternUnits units, InputHessian hessian,
        ReadOnlySpan<float> rowSensitivity = default)
    {
        Check(weights, units, hessian, rowSensitivity);
        double[] scores = new double[units.Count];
        for (int u = 0; u < scores.Length; u++)
        {
            (int first, int count) = units.RowBlock(u / units.ColumnSets);
            for (int r = first; r < first + count; r++)
            {
                SymmetricMatrix moments = hessian[hessian.GroupOf(r, units.Rows)];
                double sum = 0;
                foreach (int column in units.ColumnSet(u % units.ColumnSets))
                {
                    double weight = weights[r * units.Columns + column];
                    sum += moments[column, column] * weight * weight;
                }
                scores[u] += 0.5 * sum * (rowSensitivity.IsEmpty ? 1 : rowSensitivity[r]);
            }
        }
        return scores;
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
