using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Search;
using Xunit;

namespace ModelGen.Compression.Tests.Search;

/// <summary>The front holds exactly the points that nothing beats.</summary>
public class ParetoFrontTests
{
    [Fact]
    public void OnlyPointsThatNothingBeatsAreOnTheFront()
    {
        Random random = new(1);
        CandidatePoint[] points = [.. Enumerable.Range(0, 120).Select(_ => Point(random.Next(12), random.Next(12), random.Next(12)))];
        IReadOnlyList<int> front = ParetoFront.Find(points);
        bool Covers(CandidatePoint a, CandidatePoint b) => a.Accuracy >= b.Accuracy && a.Costs[0] <= b.Costs[0] && a.Costs[1] <= b.Costs[1];
        foreach (int i in front) Assert.DoesNotContain(points, p => Covers(p, points[i]) && p != points[i]);
        foreach (CandidatePoint point in points) Assert.Contains(front, i => Covers(points[i], point));
        Assert.Equal(front.OrderBy(i => points[i].Costs[0]).ThenBy(i => i), front);
        Assert.Equal(front.Count, front.Select(i => points[i]).Distinct().Count());
    }

    [Fact]
    public void OfEqualPointsTheFirstIsTaken()
    {
        Assert.Equal([0], ParetoFront.Find([Point(1, 2), Point(1, 2), Point(1, 3)]));
        Assert.Empty(ParetoFront.Find([]));
    }

    [Fact]
    public void BadPointsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => ParetoFront.Find([Point(double.NaN, 1)]));
        Assert.Throws<ArgumentException>(() => ParetoFront.Find([Point(1, double.PositiveInfinity)]));
        Assert.Throws<ArgumentException>(() => ParetoFront.Find([Point(1, 1), Point(1, 1, 2)]));
        Assert.Throws<ArgumentException>(() => ParetoFront.Find([Point(1)]));
    }

    private static CandidatePoint Point(double accuracy, params double[] costs) => new(accuracy, new EquatableArray<double>(costs));
}
