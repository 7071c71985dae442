using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Data;

namespace ModelGen.Compression.Pipeline;

/// <summary>Counts answers by true class.</summary>
internal static class ConfusionMatrix
{
    /// <summary>Counts the largest outputs.</summary>
    /// <param name="outputs">Outputs, [samples, classes].</param>
    /// <param name="samples">The samples, with labels.</param>
    /// <returns>Counts by true class (row) and answer (column).</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Count(float[] outputs, SampleSet samples)
    {
        int classes = outputs.Length / samples.Count;
        int[][] counts = Enumerable.Range(0, classes).Select(_ => new int[classes]).ToArray();
        for (int i = 0; i < samples.Count; i++) counts[samples.Labels![i]][Quality.Largest(outputs, i, classes)]++;
        return counts;
    }
}
