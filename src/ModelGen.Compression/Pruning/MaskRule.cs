using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>Zeroes the weights a mask names during a column sweep.</summary>
/// <param name="keep">For each weight, row by row in the order of the sweep, whether it stays.</param>
/// <param name="columns">Columns.</param>
internal sealed class MaskRule(bool[] keep, int columns) : IColumnRule
{
    /// <inheritdoc/>
    public void BeginBlock(double[] working, int stride, int start, int end)
    {
    }

    /// <inheritdoc/>
    public double Choose(int row, int column, double value) => keep[row * columns + column] ? value : 0;
}
