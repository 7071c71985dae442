using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>The factor R of a symmetric positive definite matrix: A = R^T R with R upper triangular, found in blocks of rows
/// (right-looking; Golub and Van Loan, Matrix Computations, section 4.2). MathNet.Numerics, which the tests compare with, is several times
/// slower at it without a native provider, and re-fitting needs a factorization for each row of a layer.</summary>
internal sealed class Cholesky
{
    // Rows of a block: with panels of 8 columns, 4 KB of doubles each, so that two stay in the first-level cache.
    private const int Block = 64;

    // A pivot this small against its diagonal element is rounding error.
    private const double SmallestPivot = 1e-13;

    private readonly double[] _factor;
    private readonly int _stride;

    private Cholesky(int order, int stride, double[] factor)
    {
        Order = order;
        _stride = stride;
        _factor = factor;
    }

    /// <summary>Rows and columns.</summary>
    public int Order { get; }

    /// <summary>Factors a matrix.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
    /// <returns>The factor, or null where the matrix is not positive definite to working precision.</returns>
    public static Cholesky? TryFactor(SymmetricMatrix matrix, int threads = 1)
    {
        int order = matrix.Order;
        int stride = Tiles.RoundUp(order);
        double[] a = new double[stride * stride];
        for (int i = 0; i < order; i++) matrix.Row(i)[i..].CopyTo(a.AsSpan(i * stride + i));
        double[] panels = new double[Block * stride];
        for (int start = 0; start < order; start += Block)
        {
            int end = Math.Min(start + Block, order);
            if (!FactorBlock(matrix, a, stride, start, end)) return null;
            if (end == order) break;
            int depth = end - start;
            int firstPanel = end / Tiles.Width;
            for (int p = firstPanel; p < stride / Tiles.Width; p++)
                Tiles.Pack(a, stride, start, depth, p * Tiles.Width, stride, panels.AsSpan(p * Block * Tiles.Width));
            Workers.Run(stride / Tiles.Width - firstPanel, order < 4 * Block ? 1 : threads, r =>
            {
                int i = firstPanel + r;
                ReadOnlySpan<double> left = panels.AsSpan(i * Block * Tiles.Width, depth * Tiles.Width);
                for (int j = i; j < stride / Tiles.Width; j++)
                {
                    Span<double> tile = a.AsSpan(i * Tiles.Width * stride + j * Tiles.Width);
                    Tiles.Add(left, panels.AsSpan(j * Block * Tiles.Width, depth * Tiles.Width), depth, tile, stride, subtract: true);
                }
            });
        }
        for (int i = 1; i < order; i++) a.AsSpan(i * stride, i).Clear();
        return new Cholesky(order, stride, a);
    }

    /// <summary>Row of R from its diagonal element on.</summary>
    /// <param name="row">Which.</param>
    public ReadOnlySpan<double> Row(int row) => _factor.AsSpan(row * _stride + row, Order - row);

    /// <summary>Solves A x = b.</summary>
    /// <param name="x">b, replaced by x.</param>
    /// <exception cref="ArgumentException">The length differs from the order.</exception>
    public void Solve(Span<double> x)
    {
        if (x.Length != Order) throw new ArgumentException($"The right-hand side has {x.Length} elements instead of {Order}.");
        for (int k = 0; k < x.Length; k++)
        {
            ReadOnlySpan<double> row = Row(k);
            x[k] /= row[0];
            VectorMath.AddScaled(-x[k], row[1..], x[(k + 1)..]);
        }
        for (int k = x.Length - 1; k >= 0; k--)
        {
            ReadOnlySpan<double> row = Row(k);
            x[k] = (x[k] - VectorMath.Dot(row[1..], x[(k + 1)..])) / row[0];
        }
    }

    /// <summary>The inverse of R, upper triangular, row by row with zeros below the diagonal. A^-1 = R^-1 R^-T.</summary>
    /// <param name="threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
    public double[] InverseFactor(int threads = 1)
    {
        double[] inverse = new double[Order * Order];
        int batches = (Order + Tiles.Width - 1) / Tiles.Width;
        Workers.Run(batches, Order < 4 * Block ? 1 : threads, batch =>
        {
            // Eight rows at a time, so that a row of R is read once for all of them.
            int first = batch * Tiles.Width;
            int end = Math.Min(first + Tiles.Width, Order);
            for (int i = first; i < end; i++) inverse[i * Order + i] = 1;
            for (int k = first; k < Order; k++)
            {
                ReadOnlySpan<double> row = Row(k);
                for (int i = first; i < Math.Min(end, k + 1); i++)
                {
                    double value = inverse[i * Order + k] / row[0];
                    inverse[i * Order + k] = value;
                    VectorMath.AddScaled(-value, row[1..], inverse.AsSpan(i * Order + k + 1, Order - k - 1));
                }
            }
        });
        return inverse;
    }

    private static bool FactorBlock(SymmetricMatrix matrix, double[] a, int stride, int start, int end)
    {
        for (int k = start; k < end; k++)
        {
            Span<double> row = a.AsSpan(k * stride + k, stride - k);
            if (!(row[0] > SmallestPivot * matrix[k, k])) return false;
            double pivot = Math.Sqrt(row[0]);
            VectorMath.Scale(1 / pivot, row);
            row[0] = pivot;
            for (int i = k + 1; i < end; i++)
                VectorMath.AddScaled(-row[i - k], row[(i - k)..], a.AsSpan(i * stride + i, stride - i));
        }
        return true;
    }
}
