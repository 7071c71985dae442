namespace ModelGen.Compression.LinearAlgebra;

/// <summary>What becomes of each weight when a <see cref="ColumnSweep"/> reaches it.</summary>
internal interface IColumnRule
{
    /// <summary>Called before each block of columns, by one thread.</summary>
    /// <param name="working">The rows as they are now, <paramref name="stride"/> apart.</param>
    /// <param name="stride">Distance of the rows.</param>
    /// <param name="start">First column of the block.</param>
    /// <param name="end">First column past the block.</param>
    void BeginBlock(double[] working, int stride, int start, int end);

    /// <summary>The final value of a weight. Called by several threads, for each row in the order of the columns.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="value">The weight with the corrections for all columns before.</param>
    double Choose(int row, int column, double value);
}
