using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Fixes the weights of a layer column by column and makes up for each change with the columns that are still free: the loop that
/// SparseGPT (Frantar and Alistarh, 2023) and GPTQ (Frantar et al., 2022) share, with lazy updates of the columns past a block.</summary>
internal static class ColumnSweep
{
    /// <summary>Columns of a block unless told otherwise.</summary>
    public const int DefaultBlock = 128;

    /// <summary>Runs over all columns.</summary>
    /// <typeparam name="TRule">What becomes of the weights.</typeparam>
    /// <param name="working">Rows of <paramref name="stride"/> numbers, replaced by the results; of <see cref="Tiles.RoundUp"/> of the
    /// rows, so that the last tile is whole.</param>
    /// <param name="stride"><see cref="Tiles.RoundUp"/> of the columns.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="factor">Factor of the inverse Hessian in the order of the columns.</param>
    /// <param name="block">Columns of a block, a multiple of 8.</param>
    /// <param name="threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
    /// <param name="rule">What becomes of the weights.</param>
    public static void Run<TRule>(double[] working, int stride, int rows, InverseHessianFactor factor, int block, int threads, TRule rule)
        where TRule : IColumnRule
    {
        int columns = factor.Order;
        if (stride != Tiles.RoundUp(columns) || working.Length < Tiles.RoundUp(rows) * stride || block % Tiles.Width != 0)
            throw new ArgumentException("The working matrix does not fit the factor, or the block is no multiple of 8.");
        int rowTiles = Tiles.RoundUp(rows) / Tiles.Width;
        double[] panels = new double[block * stride];
        double[] errors = new double[Tiles.RoundUp(rows) * block];
        for (int start = 0; start < columns; start += block)
        {
            int end = Math.Min(start + block, columns);
            int depth = end - start;
            rule.BeginBlock(working, stride, start, end);
            for (int column = end; column < columns; column += Tiles.Width)
                Tiles.Pack(factor.Values, columns, start, depth, column, columns, panels.AsSpan((column - end) * block));
            int blockStart = start;
            Workers.Run(rowTiles, threads, tile =>
            {
                int first = tile * Tiles.Width;
                Span<double> panel = errors.AsSpan(first * block, Tiles.Width * block);
                panel.Clear();
                for (int r = first; r < Math.Min(first + Tiles.Width, rows); r++)
                {
                    Span<double> row = working.AsSpan(r * stride + blockStart, depth);
                    for (int j = 0; j < depth; j++)
                    {
                        double value = row[j];
                        double chosen = rule.Choose(r, blockStart + j, value);
                        if (chosen == value) continue;
                        ReadOnlySpan<double> update = factor.Row(blockStart + j);
                        double error = (value - chosen) / update[0];
                        row[j] = chosen;
                        VectorMath.AddScaled(-error, update[1..(depth - j)], row[(j + 1)..]);
                        panel[j * Tiles.Width + r - first] = error;
                    }
                }
                for (int column = end; column < columns; column += Tiles.Width)
                {
                    Span<double> target = working.AsSpan(first * stride + column);
                    Tiles.Add(panel, panels.AsSpan((column - end) * block), depth, target, stride, subtract: true);
                }
            });
        }
    }
}
