using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Tests.Reference;

namespace ModelGen.Compression.Tests.Support;

/// <summary>Pseudo-random inputs, the same at every run.</summary>
internal static class Samples
{
    /// <summary>Numbers between -1 and 1; each sample has a size and an offset of its own, so that classes differ.</summary>
    public static ReferenceTensor[] Of(Shape shape, int count, int seed = 3)
    {
        Random random = new(seed);
        return Enumerable.Range(0, count).Select(_ =>
        {
            double size = random.NextDouble(), offset = random.NextDouble() - 0.5;
            return ReferenceTensor.Float(shape.ToArray(), Enumerable.Range(0, shape.Count)
                .Select(_ => (double)(float)Math.Clamp(offset + size * (random.NextDouble() * 2 - 1), -1, 1)).ToArray());
        }).ToArray();
    }

    /// <summary>Index of the largest number.</summary>
    public static int TopOne(ReferenceTensor scores) => Array.IndexOf(scores.Floats, scores.Floats.Max());
}
