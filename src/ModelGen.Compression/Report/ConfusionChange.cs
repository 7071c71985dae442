using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Report;

/// <summary>A kind of mistake and how often it is made.</summary>
/// <param name="True">Index of the true class.</param>
/// <param name="Answer">Index of the answer, a wrong one.</param>
/// <param name="Before">How often the original made it.</param>
/// <param name="After">How often the result makes it.</param>
internal sealed record ConfusionChange(int True, int Answer, int Before, int After)
{
    /// <summary>How much more often the mistake is made.</summary>
    public int Difference => After - Before;

    /// <summary>The mistakes whose number changed most, by the size of the change; equal ones by class.</summary>
    /// <param name="before">Counts of the original.</param>
    /// <param name="after">Counts of the result.</param>
    /// <param name="most">Most entries.</param>
    public static IReadOnlyList<ConfusionChange> Largest(IReadOnlyList<IReadOnlyList<int>> before, IReadOnlyList<IReadOnlyList<int>> after,
        int most)
        => Enumerable.Range(0, before.Count)
            .SelectMany(row => Enumerable.Range(0, before.Count).Where(column => column != row)
                .Select(column => new ConfusionChange(row, column, before[row][column], after[row][column])))
            .Where(change => change.Difference != 0)
            .OrderByDescending(change => Math.Abs((long)change.Difference))
            .Take(most).ToArray();
}
