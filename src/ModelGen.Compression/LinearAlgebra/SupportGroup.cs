using System;
using System.Collections.Generic;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Rows of a layer that keep the same inputs, so that one factorization serves all of them.</summary>
/// <param name="Group">Group of the second moments.</param>
/// <param name="Columns">The inputs they keep, ascending.</param>
/// <param name="Rows">The rows, ascending.</param>
internal sealed record SupportGroup(int Group, int[] Columns, IReadOnlyList<int> Rows)
{
    /// <summary>Collects the rows with equal masks.</summary>
    /// <param name="keep">For each weight, row by row, whether it is kept.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="hessian">Second moments.</param>
    /// <returns>Groups in the order of their first rows.</returns>
    public static IReadOnlyList<SupportGroup> Collect(ReadOnlySpan<bool> keep, int rows, InputHessian hessian)
    {
        int columns = hessian.Columns;
        List<SupportGroup> groups = [];
        Dictionary<string, List<int>> byMask = new(StringComparer.Ordinal);
        char[] key = new char[2 + (columns + 15) / 16];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<bool> mask = keep.Slice(r * columns, columns);
            int group = hessian.GroupOf(r, rows);
            Array.Clear(key);
            key[0] = (char)group;
            key[1] = (char)(group >> 16);
            List<int> kept = [];
            for (int c = 0; c < columns; c++)
            {
                if (!mask[c]) continue;
                kept.Add(c);
                key[2 + c / 16] |= (char)(1 << (c % 16));
            }
            string text = new(key);
            if (!byMask.TryGetValue(text, out List<int>? members))
            {
                members = [];
                byMask.Add(text, members);
                groups.Add(new SupportGroup(group, [.. kept], members));
            }
            members.Add(r);
        }
        return groups;
    }
}
