using System;
using System.Collections.Generic;

namespace ModelGen.Planning.Lowering;

/// <summary>Compressed rows of a matrix whose zeros are left out.</summary>
/// <param name="First">First entry of each row, and the end.</param>
/// <param name="Indices">Column of each entry.</param>
/// <param name="Entries">Position of each entry in the dense matrix.</param>
internal sealed record SparseRows(ConstantTable First, ConstantTable Indices, int[] Entries)
{
    /// <summary>Bytes of the entries with their tables.</summary>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="used">Entries that are used.</param>
    /// <param name="size">Bytes of an entry.</param>
    public static long Bytes(int columns, int rows, int used, int size) =>
        (long)used * (size + (columns <= ushort.MaxValue + 1 ? sizeof(ushort) : sizeof(int))) + (rows + 1L) * sizeof(int);

    /// <summary>Stores the positions of the entries that are used.</summary>
    public static SparseRows Of(int columns, int rows, Func<int, bool> isUsed, PlanContext context)
    {
        var first = new int[rows + 1];
        var indices = new List<int>();
        var entries = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!isUsed(row * columns + column)) continue;
                indices.Add(column);
                entries.Add(row * columns + column);
            }

            first[row + 1] = entries.Count;
        }

        return new SparseRows(context.Constants.Add(first), context.AddIndices(indices), entries.ToArray());
    }
}
