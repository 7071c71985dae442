using System;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading.Tasks;
using ModelGen.Compression.Data;
using ModelGen.Graph;

namespace ModelGen.Compression.Training;

/// <summary>
/// Variations of samples that leave their meaning as it is, for networks that would learn few samples by heart. The original network answers
/// each variation anew (Beyer et al., "Knowledge distillation: A good teacher is patient and consistent", 2022).
/// </summary>
/// <param name="Mirrors">Whether images are mirrored, left and right.</param>
/// <param name="Shift">Most steps along rows and columns of images, or along the longest axis of other samples (time).</param>
/// <param name="Gain">Most that a sample is made larger or smaller by, as a share: 0.1 for 0.9 to 1.1 times.</param>
/// <param name="Noise">Standard deviation of noise, as a share of that of the sample.</param>
internal sealed record Augmentation(bool Mirrors = false, int Shift = 0, float Gain = 0, float Noise = 0)
{
    /// <summary>Varies some samples.</summary>
    /// <param name="samples">All samples.</param>
    /// <param name="shape">Shape of a sample, with a leading 1 or without.</param>
    /// <param name="indices">Which ones.</param>
    /// <param name="seed">Seed of this batch.</param>
    /// <param name="threads">Threads; they do not change the result.</param>
    public SampleSet Apply(SampleSet samples, Shape shape, ReadOnlyMemory<int> indices, int seed, int threads)
    {
        int[] axes = Axes(shape);
        var values = new float[indices.Length * samples.SampleSize];
        Parallel.For(0, indices.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            int sample = indices.Span[i];
            var random = new Random(unchecked(seed * 7919 + i * 104_729 + sample));
            Span<float> target = values.AsSpan(i * samples.SampleSize, samples.SampleSize);
            Move(samples[sample], target, shape, axes, random);
            Scale(target, random);
        });
        int[]? labels = samples.Labels is null ? null : indices.ToArray().Select(index => samples.Labels[index]).ToArray();
        return new SampleSet(values, samples.SampleSize, labels);
    }

    // Rows and columns of an image, [1, channels, rows, columns]; else the longest axis.
    private static int[] Axes(Shape shape) => shape.Rank == 4 ? [2, 3]
        : [Enumerable.Range(0, shape.Rank).MaxBy(axis => shape[axis])];

    private void Move(ReadOnlySpan<float> source, Span<float> target, Shape shape, int[] axes, Random random)
    {
        bool mirrored = Mirrors && axes.Length == 2 && random.Next(2) == 1;
        int[] offsets = axes.Select(_ => random.Next(-Shift, Shift + 1)).ToArray();

        // Elements as [outer, rows, columns, inner]; what is moved in from outside repeats the edge.
        int first = axes[0], last = axes[^1], rows = axes.Length == 2 ? shape[first] : 1, columns = shape[last];
        int inner = shape.Dimensions.Skip(last + 1).Aggregate(1, (a, b) => a * b), outer = source.Length / (rows * columns * inner);
        for (int o = 0; o < outer; o++)
        {
            for (int row = 0; row < rows; row++)
            {
                int fromRow = axes.Length == 2 ? Math.Clamp(row + offsets[0], 0, rows - 1) : 0;
                for (int column = 0; column < columns; column++)
                {
                    int fromColumn = Math.Clamp((mirrored ? columns - 1 - column : column) + offsets[^1], 0, columns - 1);
                    source.Slice(((o * rows + fromRow) * columns + fromColumn) * inner, inner)
                        .CopyTo(target[(((o * rows + row) * columns + column) * inner)..]);
                }
            }
        }
    }

    private void Scale(Span<float> values, Random random)
    {
        float gain = 1 + Gain * (2 * (float)random.NextDouble() - 1);
        TensorPrimitives.Multiply(values, gain, values);
        if (Noise == 0) return;
        float mean = TensorPrimitives.Sum<float>(values) / values.Length, sum = 0;
        foreach (float value in values) sum += (value - mean) * (value - mean);
        float deviation = Noise * MathF.Sqrt(sum / values.Length);
        foreach (ref float value in values)
        {
            // The sum of a few uniform numbers is near enough to a normal one, and much faster.
            float noise = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.7320508f;
            value += deviation * noise;
        }
    }
}
