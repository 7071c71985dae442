using System;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Calibration;

/// <summary>Streamed moments against sums by definition.</summary>
public class SecondMomentsTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(13, 64)]
    [InlineData(150, 201)]
    public void MomentsAndMeansAreThoseOfTheSamples(int columns, int samples)
    {
        float[] x = RandomLayer.Normal(new Random(columns), columns * samples);
        SecondMoments moments = new(columns);
        moments.Add(x);
        SymmetricMatrix matrix = moments.Moments();
        double[] mean = moments.Mean();
        Assert.Equal(samples, moments.Count);
        for (int i = 0; i < columns; i++)
        {
            double sum = 0;
            for (int s = 0; s < samples; s++) sum += x[s * columns + i];
            Assert.Equal(sum / samples, mean[i], 1e-12);
            for (int j = 0; j < columns; j++)
            {
                double product = 0;
                for (int s = 0; s < samples; s++) product += (double)x[s * columns + i] * x[s * columns + j];
                Assert.Equal(product / samples, matrix[i, j], 1e-12);
            }
        }
    }

    [Fact]
    public void BitsDependNeitherOnThreadsNorOnHowTheStreamIsCut()
    {
        const int Columns = 140;
        float[] x = RandomLayer.Normal(new Random(5), Columns * 333);
        SecondMoments whole = new(Columns, 1);
        whole.Add(x);
        SecondMoments cut = new(Columns, 4);
        for (int start = 0, samples = 1; start < x.Length; start += samples * Columns, samples = samples * 3 % 101 + 1)
            cut.Add(x.AsSpan(start, Math.Min(samples * Columns, x.Length - start)));
        Assert.Equal(whole.Moments().Values, cut.Moments().Values);
        Assert.Equal(whole.Mean(), cut.Mean());
    }

    [Fact]
    public void ReadingInBetweenChangesNothing()
    {
        float[] x = RandomLayer.Normal(new Random(6), 9 * 100);
        SecondMoments moments = new(9);
        moments.Add(x.AsSpan(0, 9 * 30));
        _ = moments.Moments();
        moments.Add(x.AsSpan(9 * 30));
        SecondMoments whole = new(9);
        whole.Add(x);
        Assert.Equal(whole.Moments().Values, moments.Moments().Values);
    }

    [Fact]
    public void BadSamplesAreRefused()
    {
        SecondMoments moments = new(2);
        Assert.Throws<ArgumentException>(() => moments.Add([1, 2, 3]));
        string message = Assert.Throws<ArgumentException>(() => moments.Add([1, 2, 3, float.NaN])).Message;
        Assert.Equal("Element 3 of the samples is not a finite number: NaN.", message);
        Assert.Throws<ArgumentException>(() => moments.Add([float.PositiveInfinity, 0]));
        Assert.Throws<ArgumentException>(() => new SecondMoments(0));
        Assert.Equal(0, moments.Count);
        Assert.Throws<InvalidOperationException>(moments.Moments);
        Assert.Throws<InvalidOperationException>(moments.Mean);
    }
}
