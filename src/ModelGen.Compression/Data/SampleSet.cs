using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Data;

/// <summary>Samples of the input of a network, one after the other.</summary>
/// <param name="Values">All elements, [samples, elements of a sample].</param>
/// <param name="SampleSize">Elements of a sample.</param>
/// <param name="Labels">Class of each sample, or <see langword="null"/> when they are not known.</param>
internal sealed record SampleSet(float[] Values, int SampleSize, int[]? Labels)
{
    /// <summary>Number of samples.</summary>
    public int Count => Values.Length / SampleSize;

    /// <summary>A sample.</summary>
    public ReadOnlySpan<float> this[int index] => Values.AsSpan(index * SampleSize, SampleSize);

    /// <summary>At most so many samples, evenly spread over all: a file may be sorted by class.</summary>
    public SampleSet Spread(int most)
    {
        int count = Math.Min(most, Count);
        return Subset(Enumerable.Range(0, count).Select(i => (int)((long)i * Count / count)).ToArray());
    }

    /// <summary>Some of the samples, in the order given.</summary>
    public SampleSet Subset(IReadOnlyList<int> indices)
    {
        var values = new float[indices.Count * SampleSize];
        for (int i = 0; i < indices.Count; i++) this[indices[i]].CopyTo(values.AsSpan(i * SampleSize));
        int[]? labels = Labels is null ? null : new int[indices.Count];
        for (int i = 0; labels is not null && i < labels.Length; i++) labels[i] = Labels![indices[i]];
        return new SampleSet(values, SampleSize, labels);
    }
}
