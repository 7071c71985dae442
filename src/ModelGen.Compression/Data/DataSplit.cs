using System;
using System.Linq;

namespace ModelGen.Compression.Data;

/// <summary>Holds samples back for choices.</summary>
internal static class DataSplit
{
    private const int Most = 5000, Share = 6;

    /// <summary>Splits samples at random: a sixth, at most 5,000, is held back.</summary>
    /// <param name="samples">All samples.</param>
    /// <param name="seed">Seed.</param>
    public static (SampleSet Training, SampleSet Validation) HoldOut(SampleSet samples, int seed)
    {
        int[] order = Enumerable.Range(0, samples.Count).ToArray();
        new Random(seed).Shuffle(order);
        int held = Math.Min(Most, samples.Count / Share);
        return (samples.Subset(order[held..]), samples.Subset(order[..held]));
    }
}
