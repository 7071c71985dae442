using System;
using System.Linq;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Calibration;

/// <summary>The histogram counts what it saw, whatever the order.</summary>
public class RangeObserverTests
{
    [Fact]
    public void CountsAreExactWhateverTheOrder()
    {
        float[] values = Spread(20_000);
        RangeObserver whole = new();
        whole.Add(values);
        RangeObserver ascending = new();
        foreach (float value in values.Order()) ascending.Add([value]);
        AssertSame(whole, ascending);
        for (int bin = 0; bin < RangeObserver.Bins; bin++)
        {
            double start = whole.Start + bin * whole.BinWidth;
            Assert.Equal(values.Count(v => v != 0 && v >= start && v < start + whole.BinWidth), whole.Counts[bin]);
        }
        Assert.Equal(values.Length, whole.Counts.ToArray().Sum() + whole.Zeros);
        Assert.Equal(values.Min(), whole.Minimum);
        Assert.Equal(values.Max(), whole.Maximum);
        Assert.True(whole.BinWidth * RangeObserver.Bins < 2.01 * (values.Max() - values.Min()));
    }

    [Fact]
    public void MergingIsTheSameInAnyOrder()
    {
        float[] values = Spread(9_000);
        RangeObserver whole = new();
        whole.Add(values);
        foreach (int[] order in (int[][])[[0, 1, 2], [2, 0, 1], [1, 2, 0]])
        {
            RangeObserver merged = new();
            foreach (int p in order)
            {
                RangeObserver part = new();
                part.Add(values.AsSpan(p * 3_000, 3_000));
                merged.Merge(part);
            }
            AssertSame(whole, merged);
        }
    }

    [Fact]
    public void QuantilesAreThoseOfTheSortedValues()
    {
        float[] values = Spread(20_000);
        RangeObserver observer = new();
        observer.Add(values);
        float[] sorted = [.. values.Order()];
        foreach (double share in (double[])[0.001, 0.1, 0.3, 0.5, 0.77, 0.999])
        {
            int rank = (int)(share * sorted.Length);
            double width = observer.BinWidth;
            Assert.InRange(observer.Quantile(share), sorted[rank - 1] - width, sorted[rank] + width);
        }
        Assert.Equal(observer.Maximum, observer.Quantile(1));
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1e-45f, -3e38f)]
    [InlineData(5f, 5f)]
    [InlineData(3.4e38f, -3.4e38f)]
    public void ExtremesFit(float first, float second)
    {
        RangeObserver observer = new();
        observer.Add([first]);
        observer.Add([second]);
        observer.Merge(new RangeObserver());
        Assert.Equal(2, observer.Count);
        Assert.Equal(2, observer.Zeros + observer.Counts.ToArray().Sum());
        Assert.Equal(Math.Min(first, second), observer.Minimum);
        Assert.Equal(Math.Max(first, second), observer.Maximum);
    }

    [Fact]
    public void NumbersThatAreNotFiniteAreRefused()
    {
        RangeObserver observer = new();
        Assert.Throws<ArgumentException>(() => observer.Add([1, float.NaN]));
        Assert.Throws<ArgumentException>(() => observer.Add([float.NegativeInfinity]));
        Assert.Throws<ArgumentException>(() => observer.Merge(observer));
        observer.Add([]);
        Assert.Equal(0, observer.Count);
        Assert.Throws<InvalidOperationException>(() => observer.Quantile(0.5));
    }

    // A narrow start, zeros as after a ReLU, and values that force the range to grow several times.
    private static float[] Spread(int count)
    {
        float[] values = RandomLayer.Normal(new Random(3), count);
        for (int i = 0; i < count; i++) values[i] *= i % 7 == 0 ? 0 : MathF.Pow(2, i * 9 / count);
        return values;
    }

    private static void AssertSame(RangeObserver expected, RangeObserver actual)
    {
        Assert.Equal(expected.BinWidth, actual.BinWidth);
        Assert.Equal(expected.Start, actual.Start);
        Assert.Equal(expected.Counts, actual.Counts);
        Assert.Equal(expected.Zeros, actual.Zeros);
        Assert.Equal(expected.Count, actual.Count);
    }
}
