using System;
using System.Linq;
using ModelGen.Compression.Search;
using Xunit;

namespace ModelGen.Compression.Tests.Search;

/// <summary>Knees of curves whose knee is known.</summary>
public class KneeTests
{
    // Figure 2 of the paper: y = -1 / (x + 0.1) + 5 on ten points from 0 to 1, knee at x = 0.22.
    [Fact]
    public void ThePapersExampleHasItsKneeWhereThePaperFindsIt()
    {
        double[] x = [.. Enumerable.Range(0, 10).Select(i => i / 9.0)];
        double[] y = [.. x.Select(v => -1 / (v + 0.1) + 5)];
        Assert.Equal(2, Knee.Find(x, y, CurveShape.ConcaveIncreasing));
    }

    [Theory]
    [InlineData(CurveShape.ConcaveIncreasing, 30)]
    [InlineData(CurveShape.ConvexDecreasing, 30)]
    [InlineData(CurveShape.ConcaveDecreasing, 70)]
    [InlineData(CurveShape.ConvexIncreasing, 70)]
    internal void BrokenLinesHaveTheirKneeAtTheBreak(CurveShape shape, int expected)
    {
        double[] x = [.. Enumerable.Range(0, 101).Select(i => i * 0.5 + 3)];
        double[] y = [.. Enumerable.Range(0, 101).Select(i => (double)Math.Min(3 * i, 60 + i))];
        if (shape is CurveShape.ConcaveDecreasing or CurveShape.ConvexIncreasing) Array.Reverse(y);
        if (shape is CurveShape.ConvexDecreasing or CurveShape.ConvexIncreasing) y = [.. y.Select(v => -v)];
        Assert.Equal(expected, Knee.Find(x, y, shape));
        Assert.Equal([expected], Knee.FindAll(x, y, shape));
    }

    [Fact]
    public void TheStrongestOfSeveralKneesIsTaken()
    {
        double[] x = [.. Enumerable.Range(0, 41).Select(i => (double)i)];
        double[] y = [.. x.Select(v => v < 10 ? 3 * v : v < 20 ? 30 : v < 30 ? 30 + 6 * (v - 20) : 90)];
        Assert.Equal([10, 30], Knee.FindAll(x, y, CurveShape.ConcaveIncreasing));
        Assert.Equal(30, Knee.Find(x, y, CurveShape.ConcaveIncreasing));
    }

    [Fact]
    public void LinesAndShortCurvesHaveNone()
    {
        Assert.Null(Knee.Find([0, 1, 2, 3], [5, 5, 5, 5], CurveShape.ConcaveIncreasing));
        Assert.Null(Knee.Find([0, 1, 2, 3, 4], [0, 0.25, 0.5, 0.75, 1], CurveShape.ConcaveIncreasing));
        Assert.Null(Knee.Find([0, 1], [0, 1], CurveShape.ConcaveIncreasing));
        double[] x = [.. Enumerable.Range(0, 21).Select(i => (double)i)];
        Assert.Null(Knee.Find(x, [.. x.Select(v => v * v)], CurveShape.ConcaveIncreasing));
    }

    [Fact]
    public void TheSlopeBeyondTheKneeIsInPointsPerHalving()
    {
        double[] costs = [1, 2, 4, 8, 16, 32];
        double[] accuracy = [80, 83, 86, 89, 89.5, 89.6];
        Assert.Equal(3, Knee.PointsPerHalving(costs, accuracy, 3)!.Value, 1e-12);
        Assert.Null(Knee.PointsPerHalving(costs, accuracy, 0));
    }

    [Fact]
    public void BadCurvesAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Knee.Find([0, 1], [0], CurveShape.ConcaveIncreasing));
        Assert.Throws<ArgumentException>(() => Knee.Find([], [], CurveShape.ConcaveIncreasing));
        Assert.Throws<ArgumentException>(() => Knee.Find([0, 0, 1], [0, 1, 2], CurveShape.ConcaveIncreasing));
        Assert.Throws<ArgumentException>(() => Knee.Find([0, 1, 2], [0, double.NaN, 2], CurveShape.ConcaveIncreasing));
        Assert.Throws<ArgumentException>(() => Knee.Find([0, 1, 2], [0, 1, 2], CurveShape.ConcaveIncreasing, -1));
        Assert.Throws<ArgumentException>(() => Knee.PointsPerHalving([0, 1], [0, 1], 1));
        Assert.Throws<ArgumentException>(() => Knee.PointsPerHalving([1, 2], [0, 1], 2));
    }
}
