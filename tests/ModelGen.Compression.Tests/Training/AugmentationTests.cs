using System;
using System.Linq;
using ModelGen.Compression.Data;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using Xunit;

namespace ModelGen.Compression.Tests.Training;

/// <summary>What variations do to samples.</summary>
public class AugmentationTests
{
    private const int Seeds = 40;

    [Fact]
    public void MirroringAndShiftingMovePixels()
    {
        var shape = new Shape(1, 2, 3, 4);
        SampleSet samples = Ramp(24);
        float[][] results = [.. Enumerable.Range(0, Seeds).Select(seed =>
            new Augmentation(Mirrors: true, Shift: 1).Apply(samples, shape, new[] { 0 }, seed, 1).Values)];
        Assert.Contains(results, values => values.SequenceEqual(samples.Values));
        foreach (float[] values in results)
        {
            for (int row = 0; row < 3; row++)
            {
                // Rows stay rows of their channel, and neighbours stay neighbours but at an edge, which repeats.
                float[] line = values[(row * 4)..(row * 4 + 4)];
                Assert.Single(line.Select(value => (int)value / 4).Distinct());
                float[] steps = [.. line.Zip(line.Skip(1), (a, b) => b - a).Where(step => step != 0).Distinct()];
                Assert.True(steps is [1] or [-1]);
            }

            Assert.All(values[..12], value => Assert.InRange(value, 0, 11));
            Assert.All(values[12..], value => Assert.InRange(value, 12, 23));
        }

        Assert.Contains(results, values => values[0] > values[3]);
        Assert.Contains(results, values => values[0] >= 4);
    }

    [Fact]
    public void TimeIsShiftedAlongTheLongestAxis()
    {
        SampleSet samples = Ramp(12);
        float[][] results = [.. Enumerable.Range(0, Seeds).Select(seed =>
            new Augmentation(Shift: 2).Apply(samples, new Shape(1, 6, 2), new[] { 0 }, seed, 1).Values)];
        Assert.Contains(results, values => values.SequenceEqual([4, 5, 6, 7, 8, 9, 10, 11, 10, 11, 10, 11]));
        Assert.Contains(results, values => values.SequenceEqual([0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }

    /// <summary>Of a plane of constant slope, what is between pixels is exact: its slope and direction say how it was zoomed and turned.</summary>
    [Theory]
    [InlineData(0.2f, 0f)]
    [InlineData(0f, 30f)]
    [InlineData(0.2f, 30f)]
    public void ImagesAreZoomedAndTurnedAboutTheirCentre(float zoom, float turn)
    {
        const int Size = 9, Middle = 4;
        var samples = new SampleSet([.. Enumerable.Range(0, 2 * Size * Size).Select(i => (float)(i % Size) + i / (Size * Size) * 100)],
            2 * Size * Size, null);
        double[] slopes = new double[Seeds], angles = new double[Seeds];
        for (int seed = 0; seed < Seeds; seed++)
        {
            float[] values = new Augmentation(Zoom: zoom, Turn: turn).Apply(samples, new Shape(1, 2, Size, Size), new[] { 0 }, seed,
                1).Values;
            float At(int plane, int row, int column) => values[(plane * Size + row) * Size + column];
            for (int plane = 0; plane < 2; plane++)
            {
                Assert.Equal(Middle + plane * 100, At(plane, Middle, Middle), 1e-4f);
                Assert.All(values[(plane * Size * Size)..((plane + 1) * Size * Size)], value =>
                    Assert.InRange(value, plane * 100, plane * 100 + Size - 1));
                double right = At(plane, Middle, Middle + 1) - At(plane, Middle, Middle),
                    down = At(plane, Middle + 1, Middle) - At(plane, Middle, Middle);
                slopes[seed] = Math.Sqrt(right * right + down * down);
                angles[seed] = Math.Atan2(down, right) * 180 / Math.PI;
            }
        }

        Assert.InRange(slopes.Min(), 1 - zoom - 1e-4, 1 - 0.7 * zoom + 1e-4);
        Assert.InRange(slopes.Max(), 1 + 0.7 * zoom - 1e-4, 1 + zoom + 1e-4);
        Assert.InRange(angles.Min(), -turn - 1e-2, -0.7 * turn + 1e-2);
        Assert.InRange(angles.Max(), 0.7 * turn - 1e-2, turn + 1e-2);
    }

    [Fact]
    public void TimeIsStretchedAlongTheLongestAxis()
    {
        SampleSet samples = Ramp(22);
        foreach (int seed in Enumerable.Range(0, Seeds))
        {
            // Pairs [t, 2]: two apart from one time to the next, by at most a fifth more or less; the middle stays.
            float[] values = new Augmentation(Zoom: 0.2f).Apply(samples, new Shape(1, 11, 2), new[] { 0 }, seed, 1).Values;
            Assert.Equal(10, values[10], 1e-4f);
            Assert.InRange(values[12] - values[10], 1.6f - 1e-4f, 2.4f + 1e-4f);
            Assert.Equal(1, values[13] - values[12], 1e-4f);
        }
    }

    [Fact]
    public void GainAndNoiseAreOfTheSizeAskedFor()
    {
        var samples = new SampleSet([.. Enumerable.Range(0, 20_000).Select(i => i % 2 == 0 ? 1f : -1f)], 20_000, null);
        foreach (int seed in Enumerable.Range(0, 10))
        {
            float[] louder = new Augmentation(Gain: 0.2f).Apply(samples, new Shape(1, 20_000), new[] { 0 }, seed, 1).Values;
            Assert.InRange(louder[0], 0.8f, 1.2f);
            Assert.All(louder, value => Assert.Equal(louder[0], Math.Abs(value)));
        }

        float[] noisy = new Augmentation(Noise: 0.1f).Apply(samples, new Shape(1, 20_000), new[] { 0 }, 3, 1).Values;
        Assert.Equal(0.1, Math.Sqrt(noisy.Zip(samples.Values, (a, b) => (double)(a - b) * (a - b)).Average()), 0.005);
    }

    [Fact]
    public void SeedsDecideAndThreadsDoNot()
    {
        var augmentation = new Augmentation(true, 1, 0.1f, 0.1f, 0.1f, 10);
        SampleSet samples = Ramp(48) with { SampleSize = 12, Labels = [3, 2, 1, 0] };
        int[] indices = [2, 0, 2];
        SampleSet first = augmentation.Apply(samples, new Shape(1, 1, 3, 4), indices, 1, 1),
            second = augmentation.Apply(samples, new Shape(1, 1, 3, 4), indices, 1, 3);
        Assert.Equal(first.Values, second.Values);
        Assert.Equal([1, 3, 1], first.Labels!);
        Assert.NotEqual(first.Values, augmentation.Apply(samples, new Shape(1, 1, 3, 4), indices, 2, 1).Values);
        Assert.NotEqual(first.Values[..12], first.Values[24..]);
    }

    private static SampleSet Ramp(int count) => new([.. Enumerable.Range(0, count).Select(i => (float)i)], count, null);
}
