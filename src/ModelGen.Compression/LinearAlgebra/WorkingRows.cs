using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Some rows of a layer in double precision, with columns chosen and reordered, padded to whole tiles.</summary>
internal sealed class WorkingRows
{
    private readonly int _columns;
    private readonly int[] _rows;
    private readonly int[] _order;

    /// <summary>Copies adjacent rows.</summary>
    /// <param name="weights">Weights of the layer, row by row.</param>
    /// <param name="columns">Columns of the layer.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="order">The columns to take, in the order wanted.</param>
    public WorkingRows(float[] weights, int columns, int firstRow, int rows, int[] order)
        : this(weights, columns, Range(firstRow, rows), order)
    {
    }

    /// <summary>Copies rows.</summary>
    /// <param name="weights">Weights of the layer, row by row.</param>
    /// <param name="columns">Columns of the layer.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="order">The columns to take, in the order wanted.</param>
    public WorkingRows(float[] weights, int columns, int[] rows, int[] order)
    {
        _columns = columns;
        _rows = rows;
        _order = order;
        Stride = Tiles.RoundUp(order.Length);
        Values = new double[Tiles.RoundUp(rows.Length) * Stride];
        for (int r = 0; r < rows.Length; r++)
        {
            ReadOnlySpan<float> row = weights.AsSpan(rows[r] * columns, columns);
            for (int c = 0; c < order.Length; c++) Values[r * Stride + c] = row[order[c]];
        }
    }

    /// <summary>The numbers.</summary>
    public double[] Values { get; }

    /// <summary>Distance of the rows.</summary>
    public int Stride { get; }

    /// <summary>Writes the numbers back to where they came from.</summary>
    /// <param name="weights">Weights of the layer; other columns and rows stay.</param>
    public void Store(float[] weights)
    {
        for (int r = 0; r < _rows.Length; r++)
        {
            Span<float> row = weights.AsSpan(_rows[r] * _columns, _columns);
            for (int c = 0; c < _order.Length; c++) row[_order[c]] = (float)Values[r * Stride + c];
        }
    }

    private static int[] Range(int first, int count)
    {
        int[] range = new int[count];
        for (int i = 0; i < range.Length; i++) range[i] = first + i;
        return range;
    }
}
