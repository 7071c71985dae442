using System;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading.Tasks;
using ModelGen.Compression.Data;
using ModelGen.Graph;

namespace ModelGen.Compression.Training;

/// <summary>
/// Variations of samples that leave their meaning as it is, for networks that would learn few samples by heart. The original network
/// answers each variation anew (Beyer et al., "Knowledge distillation: A good teacher is patient and consistent", 2022).
/// </summary>
/// <param name="Mirrors">Whether images are mirrored, left and right.</param>
/// <param name="Shift">Most steps along rows and columns of images, or along the longest axis of other samples (time).</param>
/// <param name="Gain">Most that a sample is made larger or smaller by, as a share: 0.1 for 0.9 to 1.1 times.</param>
/// <param name="Noise">Standard deviation of noise, as a share of that of the sample.</param>
/// <param name="Zoom">Most that images, or the longest axis of other samples (time), are stretched or squeezed by, as a share.</param>
/// <param name="Turn">Most that images are turned by, in degrees.</param>
internal sealed record Augmentation(bool Mirrors = false, int Shift = 0, float Gain = 0, float Noise = 0, float Zoom = 0, float Turn = 0)
{
    /// <summary>As the command line has it: <c>mirror,shift=4</c>.</summary>
    public override string ToString()
    {
        (string Name, float Value)[] sizes = [("shift", Shift), ("gain", Gain), ("noise", Noise), ("zoom", Zoom), ("turn", Turn)];
        return string.Join(',', [.. Mirrors ? new[] { "mirror" } : [],
            .. sizes.Where(size => size.Value > 0).Select(size => FormattableString.Invariant($"{size.Name}={size.Value}"))]);
    }

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

    // What is moved in from outside repeats the edge.
    private void Move(ReadOnlySpan<float> source, Span<float> target, Shape shape, int[] axes, Random random)
    {
        bool mirrored = Mirrors && axes.Length == 2 && random.Next(2) == 1;
        int[] offsets = axes.Select(_ => random.Next(-Shift, Shift + 1)).ToArray();

        // Elements as [outer, rows, columns, inner].
        int first = axes[0], last = axes[^1], rows = axes.Length == 2 ? shape[first] : 1, columns = shape[last];
        int inner = shape.Dimensions.Skip(last + 1).Aggregate(1, (a, b) => a * b);
        int down = axes.Length == 2 ? offsets[0] : 0, right = offsets[^1];
        if (Zoom > 0 || Turn > 0)
        {
            double zoom = 1 + Zoom * (2 * random.NextDouble() - 1), turn = Turn * (2 * random.NextDouble() - 1) * Math.PI / 180;
            Warp(source, target, rows, columns, inner, (float)(zoom * Math.Cos(turn)), (float)(zoom * Math.Sin(turn)), mirrored, down,
                right);
            return;
        }

        for (int line = 0; line < source.Length / (columns * inner); line++)
        {
            int row = line % rows, fromLine = line - row + Math.Clamp(row + down, 0, rows - 1);
            for (int column = 0; column < columns; column++)
            {
                int fromColumn = Math.Clamp((mirrored ? columns - 1 - column : column) + right, 0, columns - 1);
                source.Slice((fromLine * columns + fromColumn) * inner, inner).CopyTo(target[((line * columns + column) * inner)..]);
            }
        }
    }

    // Turned and zoomed about the centre, between pixels by their distance (bilinear).
    private static void Warp(
        ReadOnlySpan<float> source, Span<float> target, int rows, int columns, int inner, float cos, float sin, bool mirrored, int down,
        int right)
    {
        float middleRow = (rows - 1) / 2f, middleColumn = (columns - 1) / 2f;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float y = row - middleRow, x = mirrored ? middleColumn - column : column - middleColumn;
                float fromRow = Math.Clamp(middleRow + y * cos + x * sin + down, 0, rows - 1);
                float fromColumn = Math.Clamp(middleColumn + x * cos - y * sin + right, 0, columns - 1);
                int top = (int)fromRow, left = (int)fromColumn;
                int below = Math.Min(top + 1, rows - 1) - top, beside = Math.Min(left + 1, columns - 1) - left;
                float lower = fromRow - top, righter = fromColumn - left;
                for (int plane = 0; plane < source.Length; plane += rows * columns * inner)
                {
                    int from = plane + (top * columns + left) * inner, to = plane + (row * columns + column) * inner;
                    for (int i = 0; i < inner; i++)
                    {
                        float upper = source[from + i] + (source[from + beside * inner + i] - source[from + i]) * righter;
                        int under = from + below * columns * inner + i;
                        target[to + i] = upper
                            + (source[under] + (source[under + beside * inner] - source[under]) * righter - upper) * lower;
                    }
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
