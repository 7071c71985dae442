using System;
using System.Collections.Generic;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Search;

/// <summary>Where returns start to diminish: the Kneedle algorithm (Satopaa, Albrecht, Irwin and Raghavan, Finding a "Kneedle" in a
/// Haystack, 2011) on the points as they are, without smoothing.</summary>
internal static class Knee
{
    /// <summary>Finds all knees.</summary>
    /// <param name="x">Ascending, without equal ones.</param>
    /// <param name="y">As many values.</param>
    /// <param name="shape">Shape of the curve.</param>
    /// <param name="sensitivity">How flat the curve must become past a knee, in mean distances of the points; smaller finds more.</param>
    /// <returns>Indices of the knees, ascending; none for fewer than three points or a level curve.</returns>
    /// <exception cref="ArgumentException">Lengths differ, a number is not finite, or x is not ascending.</exception>
    public static IReadOnlyList<int> FindAll(ReadOnlySpan<double> x, ReadOnlySpan<double> y, CurveShape shape, double sensitivity = 1)
    {
        double[]? difference = Difference(x, y, shape, sensitivity);
        if (difference == null) return [];
        List<int> knees = [];
        int n = difference.Length;

        // The differences run along the transformed curve, whose x is reversed for two of the shapes; the knees are mapped back at the end.
        double step = sensitivity / (n - 1);
        int candidate = -1;
        for (int i = 1; i < n; i++)
        {
            if (candidate >= 0 && difference[i] < difference[candidate] - step)
            {
                knees.Add(candidate);
                candidate = -1;
            }
            bool maximum = difference[i] > difference[i - 1] && (i == n - 1 || difference[i] >= difference[i + 1]);
            if (maximum && i < n - 1) candidate = i;
        }
        if (IsReversed(shape))
        {
            for (int i = 0; i < knees.Count; i++) knees[i] = n - 1 - knees[i];
            knees.Reverse();
        }
        return knees;
    }

    /// <summary>Finds the most pronounced knee: the one farthest from the straight line between the ends.</summary>
    /// <param name="x">Ascending, without equal ones.</param>
    /// <param name="y">As many values.</param>
    /// <param name="shape">Shape of the curve.</param>
    /// <param name="sensitivity">How flat the curve must become past a knee, in mean distances of the points.</param>
    /// <returns>Its index, or null where there is none.</returns>
    /// <exception cref="ArgumentException">Lengths differ, a number is not finite, or x is not ascending.</exception>
    public static int? Find(ReadOnlySpan<double> x, ReadOnlySpan<double> y, CurveShape shape, double sensitivity = 1)
    {
        double[]? difference = Difference(x, y, shape, sensitivity);
        int? best = null;
        double largest = double.NegativeInfinity;
        foreach (int knee in FindAll(x, y, shape, sensitivity))
        {
            double value = difference![IsReversed(shape) ? difference.Length - 1 - knee : knee];
            if (value <= largest) continue;
            largest = value;
            best = knee;
        }
        return best;
    }

    /// <summary>What each further halving of the cost takes from the accuracy beyond the knee: the slope of the least-squares line of
    /// accuracy over log2(cost) through the knee and all points of lower cost.</summary>
    /// <param name="costs">Positive and ascending.</param>
    /// <param name="accuracies">As many values, in points.</param>
    /// <param name="knee">Index of the knee.</param>
    /// <returns>Points lost a halving, or null where no point lies beyond the knee.</returns>
    /// <exception cref="ArgumentException">Lengths differ, a number is not finite, or costs are not positive and ascending.</exception>
    public static double? PointsPerHalving(ReadOnlySpan<double> costs, ReadOnlySpan<double> accuracies, int knee)
    {
        CheckCurve(costs, accuracies);
        Arguments.CheckRange(knee, 0, costs.Length - 1, "index of the knee");
        if (costs[0] <= 0) throw new ArgumentException($"The costs must be positive to be halved; one is {costs[0]}.");
        if (knee == 0) return null;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i <= knee; i++)
        {
            meanX += Math.Log2(costs[i]) / (knee + 1);
            meanY += accuracies[i] / (knee + 1);
        }
        double cross = 0;
        double square = 0;
        for (int i = 0; i <= knee; i++)
        {
            double dx = Math.Log2(costs[i]) - meanX;
            cross += dx * (accuracies[i] - meanY);
            square += dx * dx;
        }
        return square == 0 ? null : cross / square;
    }

    private static bool IsReversed(CurveShape shape) => shape is CurveShape.ConcaveDecreasing or CurveShape.ConvexIncreasing;

    /// <summary>The curve brought to the unit square and to the shape concave increasing, minus the diagonal; null where it has no
    /// extent.</summary>
    private static double[]? Difference(ReadOnlySpan<double> x, ReadOnlySpan<double> y, CurveShape shape, double sensitivity)
    {
        CheckCurve(x, y);
        Arguments.CheckRange(sensitivity, 0, double.MaxValue, "sensitivity");
        if (x.Length < 3) return null;
        double least = y[0];
        double most = y[0];
        foreach (double value in y)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }
        if (most == least) return null;
        double[] difference = new double[x.Length];
        for (int i = 0; i < difference.Length; i++)
        {
            double unitX = (x[i] - x[0]) / (x[^1] - x[0]);
            double unitY = (y[i] - least) / (most - least);
            if (shape is CurveShape.ConvexIncreasing or CurveShape.ConvexDecreasing) unitY = 1 - unitY;
            if (IsReversed(shape)) difference[difference.Length - 1 - i] = unitY - (1 - unitX);
            else difference[i] = unitY - unitX;
        }
        return difference;
    }

    private static void CheckCurve(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length) throw new ArgumentException($"The curve has {x.Length} positions but {y.Length} values.");
        if (x.Length == 0) throw new ArgumentException("The curve has no points.");
        Arguments.CheckFinite(x, "curve's positions");
        Arguments.CheckFinite(y, "curve's values");
        for (int i = 1; i < x.Length; i++)
            if (x[i] <= x[i - 1]) throw new ArgumentException($"The positions of the curve must ascend; {x[i]} follows {x[i - 1]}.");
    }
}
