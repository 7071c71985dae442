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
        float[][] results = [.. Enumerable.Range(0, Seeds).Select(seed => new Augmentation(Mirrors: true, Shift: 1).Apply(samples, shape, new[] { 0 }, seed, 1).Values)];
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
        float[][] results = [.. Enumerable.Range(0, Seeds).Select(seed => new Augmentation(Shift: 2).Apply(samples, new Shape(1, 6, 2), new[] { 0 }, seed, 1).Values)];
        Assert.Contains(results, values => values.SequenceEqual([4, 5, 6, 7, 8, 9, 10, 11, 10, 11, 10, 11]));
        Assert.Contains(results, values => values.SequenceEqual([0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    }

    [Fact]
    public void GainAndNoiseAreOfTheSizeAskedFor()
    {
        var samples = new SampleSet([.. Enumerable.Range(0, 20_000).Select(i => i % 2 == 0 ? 1f : -1f)], 20_000, null);
        foreach (int seed in Enumerable.Range(0, 10))
        {
            float[] louder = new Augmentation(Gain: 0.2f).Apply(samples, new Shape(1, 20_000), new[] { 0 }, seed, 1).Values;
            Assert.InRange(louder[0], 0.8f, 1.2f);
            Assert.All(louder, value => Assert.Equal(louder[0], System.Math.Abs(value)));
        }

        float[] noisy = new Augmentation(Noise: 0.1f).Apply(samples, new Shape(1, 20_000), new[] { 0 }, 3, 1).Values;
        Assert.Equal(0.1, System.Math.Sqrt(noisy.Zip(samples.Values, (a, b) => (double)(a - b) * (a - b)).Average()), 0.005);
    }

    [Fact]
    public void SeedsDecideAndThreadsDoNot()
    {
        var augmentation = new Augmentation(true, 1, 0.1f, 0.1f);
        SampleSet samples = Ramp(48) with { SampleSize = 12, Labels = [3, 2, 1, 0] };
        int[] indices = [2, 0, 2];
        SampleSet first = augmentation.Apply(samples, new Shape(1, 1, 3, 4), indices, 1, 1), second = augmentation.Apply(samples, new Shape(1, 1, 3, 4), indices, 1, 3);
        Assert.Equal(first.Values, second.Values);
        Assert.Equal([1, 3, 1], first.Labels!);
        Assert.NotEqual(first.Values, augmentation.Apply(samples, new Shape(1, 1, 3, 4), indices, 2, 1).Values);
        Assert.NotEqual(first.Values[..12], first.Values[24..]);
    }

    private static SampleSet Ramp(int count) => new([.. Enumerable.Range(0, count).Select(i => (float)i)], count, null);
}
