using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>The matrices ([H^-1]_uu)^-1 of all column sets of a pattern, for one group of rows.</summary>
internal sealed class UnitCurvature
{
    private readonly PatternUnits _units;
    private readonly (double First, double Cross, double Second)[] _curvatures;
    private readonly SymmetricMatrix? _whole;

    private UnitCurvature(PatternUnits units, (double First, double Cross, double Second)[] curvatures, SymmetricMatrix? whole)
    {
        _units = units;
        _curvatures = curvatures;
        _whole = whole;
    }

    /// <summary>Computes the matrices of one group.</summary>
    /// <param name="hessian">Second moments.</param>
    /// <param name="group">The group.</param>
    /// <param name="units">The pattern.</param>
    /// <param name="dampening">Added to the diagonal, as a share of its mean.</param>
    /// <param name="threads">Most threads to use; 0 means all processors.</param>
    public static UnitCurvature Create(InputHessian hessian, int group, PatternUnits units, double dampening, int threads)
    {
        int n = hessian.Columns;
        int[] all = new int[n];
        for (int i = 0; i < n; i++) all[i] = i;
        (double, double, double)[] curvatures = new (double, double, double)[units.ColumnSets];

        // A whole row: nothing is left to adapt, and the inverse of the inverse is H itself.
        if (units.Pattern == PrunePattern.Channels)
            return new UnitCurvature(units, curvatures, hessian.Dampened(group, all, hessian.DampeningOf(group, dampening)));

        double[] inverse = hessian.Factor(group, all, dampening, h => Cholesky.TryFactor(h, threads)).InverseFactor(threads);
        for (int s = 0; s < curvatures.Length; s++)
        {
            ReadOnlySpan<int> columns = units.ColumnSet(s);
            ReadOnlySpan<double> first = inverse.AsSpan(columns[0] * n, n);
            double a = VectorMath.Dot(first, first);
            if (columns.Length == 1)
            {
                curvatures[s] = (1 / a, 0, 0);
                continue;
            }
            ReadOnlySpan<double> second = inverse.AsSpan(columns[1] * n, n);
            double b = VectorMath.Dot(first, second);
            double c = VectorMath.Dot(second, second);
            double determinant = a * c - b * b;
            curvatures[s] = (c / determinant, -b / determinant, a / determinant);
        }
        return new UnitCurvature(units, curvatures, null);
    }

    /// <summary>w_u^T ([H^-1]_uu)^-1 w_u of one row.</summary>
    /// <param name="set">The column set.</param>
    /// <param name="row">All weights of the row.</param>
    public double Form(int set, ReadOnlySpan<float> row)
    {
        if (_whole != null)
        {
            double[] x = new double[row.Length];
            for (int i = 0; i < x.Length; i++) x[i] = row[i];
            return _whole.QuadraticForm(x);
        }
        ReadOnlySpan<int> columns = _units.ColumnSet(set);
        (double a, double b, double c) = _curvatures[set];
        double first = row[columns[0]];
        if (columns.Length == 1) return a * first * first;
        double second = row[columns[1]];
        return a * first * first + 2 * b * first * second + c * second * second;
    }
}
