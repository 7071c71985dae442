using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Sorting with ties decided by index, so that the order is the same on every machine.</summary>
internal static class Ranking
{
    /// <summary>The indices of numbers in ascending order of the numbers, equal ones in ascending order of the indices.</summary>
    /// <param name="keys">The numbers, none of them NaN; sorted afterwards.</param>
    public static int[] Ascending(double[] keys)
    {
        int[] order = new int[keys.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys, order);
        for (int start = 0; start < keys.Length;)
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) Array.Sort(order, start, end - start);
            start = end;
        }
        return order;
    }
}
