using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>The upper triangular U with H^-1 = U^T U that column-by-column weight updates walk along (Frantar et al., GPTQ, 2022, section
/// 3.3): for the columns j, j+1, ... that are still free, the inverse of their part of H is U[j.., j..]^T U[j.., j..].</summary>
internal sealed class InverseHessianFactor
{
    private readonly double[] _values;

    private InverseHessianFactor(int order, double[] values)
    {
        Order = order;
        _values = values;
    }

    /// <summary>Rows and columns.</summary>
    public int Order { get; }

    /// <summary>Elements row by row, with zeros below the diagonal.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Makes the factor. No inverse is formed: with the order of the columns reversed, H = R^T R gives U as the reversed transpose
    /// of R^-1.</summary>
    /// <param name="hessian">A positive definite matrix, already dampened.</param>
    /// <param name="threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
    /// <returns>The factor, or null where the matrix is not positive definite to working precision.</returns>
    public static InverseHessianFactor? TryCreate(SymmetricMatrix hessian, int threads = 1)
    {
        int n = hessian.Order;
        int[] reversed = new int[n];
        for (int i = 0; i < n; i++) reversed[i] = n - 1 - i;
        double[]? inverse = Cholesky.TryFactor(hessian.Select(reversed), threads)?.InverseFactor(threads);
        if (inverse == null) return null;
        double[] values = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = i; j < n; j++) values[i * n + j] = inverse[(n - 1 - j) * n + (n - 1 - i)];
        return new InverseHessianFactor(n, values);
    }

    /// <summary>Row of U from its diagonal element on.</summary>
    /// <param name="row">Which.</param>
    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(row * Order + row, Order - row);
}
