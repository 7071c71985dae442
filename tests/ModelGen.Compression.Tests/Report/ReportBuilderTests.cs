using System;
using System.Linq;
using ModelGen.Compression.Pipeline;
using Xunit;
using ReportBuilder = ModelGen.Compression.Report.ReportBuilder;

namespace ModelGen.Compression.Tests.Report;

/// <summary>Where a report says that returns diminish.</summary>
public class ReportBuilderTests
{
    private static readonly double[] Falling = [99, 99, 98.9, 98.8, 96.8, 94.8];

    [Fact]
    public void TheKneeOfPassingPointsIsFound()
    {
        CurvePoint[] curve = Curve(Falling, isFinal: false);
        (int? knee, double? cost) = ReportBuilder.FindKnee(curve, 5000);
        Assert.Equal(3, knee);
        Assert.Equal(2.0, cost!.Value, 9);
    }

    [Fact]
    public void KindsOfPointsAreNotMixed()
    {
        // One point at the end, trained longer and so much better that it would hide the fall.
        CurvePoint[] curve = [.. Curve(Falling, isFinal: false), new CurvePoint(1 / 64.0, 1 / 64.0, 4, 99.5, true)];
        (int? knee, double? cost) = ReportBuilder.FindKnee(curve, 5000);
        Assert.Equal(3, knee);
        Assert.Equal(2.0, cost!.Value, 9);

        // With enough points that were trained to the end, those count, together with the original.
        CurvePoint[] both = [.. Curve(Falling, isFinal: false), .. Curve([0, 99, 99, 97.5, 96, 94.5], isFinal: true).Skip(1)];
        (knee, cost) = ReportBuilder.FindKnee(both, 5000);
        Assert.Equal(7, knee);
        Assert.Equal(1.5, cost!.Value, 9);
    }

    [Fact]
    public void OfEqualSizesTheBestCounts()
    {
        CurvePoint[] curve = [.. Curve(Falling, isFinal: false), new CurvePoint(1 / 8.0, 1 / 8.0, 32, 60, false)];
        Assert.Equal(3, ReportBuilder.FindKnee(curve, 5000).Knee);
    }

    [Theory]
    [InlineData(3, 5000)]
    [InlineData(6, 4)]
    public void ThereIsNoKneeInFewPointsOrNoise(int points, int samples)
        => Assert.Equal((null, null), ReportBuilder.FindKnee(Curve(Falling[..points], isFinal: false), samples));

    private static CurvePoint[] Curve(double[] qualities, bool isFinal) => qualities
        .Select((quality, halvings) => new CurvePoint(Math.Pow(2, -halvings), Math.Pow(2, -halvings), 32, quality, isFinal)).ToArray();
}
