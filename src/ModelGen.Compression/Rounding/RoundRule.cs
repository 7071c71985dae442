using System.Collections.Generic;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Rounding;

/// <summary>Rounds weights to their grid during a column sweep; weights outside the mask become zero.</summary>
/// <param name="grid">The grid of the layer.</param>
/// <param name="rows">The layer's row for each row of the sweep.</param>
/// <param name="order">The layer's column for each column of the sweep.</param>
/// <param name="keep">For each weight of the layer whether it stays, or null where all do.</param>
/// <param name="columns">Columns of the layer.</param>
internal sealed class RoundRule(WeightGrid grid, IReadOnlyList<int> rows, int[] order, bool[]? keep, int columns) : IColumnRule
{
    /// <inheritdoc/>
    public void BeginBlock(double[] working, int stride, int start, int end)
    {
    }

    /// <inheritdoc/>
    public double Choose(int row, int column, double value)
    {
        int layerRow = rows[row];
        if (keep != null && !keep[layerRow * columns + order[column]]) return 0;
        return grid.Code(layerRow, value) * (double)grid.Scales[layerRow];
    }
}
