using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>A symmetric matrix of finite numbers with both triangles stored.</summary>
internal sealed class SymmetricMatrix
{
    private readonly double[] _values;

    /// <summary>Takes over the elements.</summary>
    /// <param name="order">Rows and columns, at least 1.</param>
    /// <param name="values">Elements row by row; not to be changed afterwards.</param>
    /// <exception cref="ArgumentException">The length is not <paramref name="order"/> squared, an element is not finite, or the matrix is
    /// not symmetric.</exception>
    public SymmetricMatrix(int order, double[] values)
    {
        Arguments.CheckShape(values.Length, order, order, "symmetric matrix");
        Arguments.CheckFinite(values, "symmetric matrix");
        for (int i = 0; i < order; i++)
            for (int j = i + 1; j < order; j++)
                if (values[i * order + j] != values[j * order + i])
                    throw new ArgumentException($"Elements ({i}, {j}) and ({j}, {i}) differ.");
        Order = order;
        _values = values;
    }

    private SymmetricMatrix(double[] values, int order)
    {
        Order = order;
        _values = values;
    }

    /// <summary>Rows and columns.</summary>
    public int Order { get; }

    /// <summary>Elements row by row.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>One element.</summary>
    public double this[int row, int column] => _values[row * Order + column];

    /// <summary>One row.</summary>
    public ReadOnlySpan<double> Row(int row) => _values.AsSpan(row * Order, Order);

    /// <summary>The elements of the diagonal.</summary>
    public double[] Diagonal()
    {
        double[] diagonal = new double[Order];
        for (int i = 0; i < diagonal.Length; i++) diagonal[i] = this[i, i];
        return diagonal;
    }

    /// <summary>The matrix of the rows and columns chosen, in the order given.</summary>
    /// <param name="indices">Rows and columns to take, at least one.</param>
    /// <param name="addToDiagonal">Added to each element of the diagonal that is not zero.</param>
    /// <param name="addToZero">Added to each element of the diagonal that is zero.</param>
    public SymmetricMatrix Select(ReadOnlySpan<int> indices, double addToDiagonal = 0, double addToZero = 0)
    {
        double[] chosen = new double[indices.Length * indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            ReadOnlySpan<double> row = Row(indices[i]);
            Span<double> to = chosen.AsSpan(i * indices.Length, indices.Length);
            for (int j = 0; j < indices.Length; j++) to[j] = row[indices[j]];
            to[i] += to[i] == 0 ? addToZero : addToDiagonal;
        }
        return new SymmetricMatrix(chosen, indices.Length);
    }

    /// <summary>The value of the quadratic form x^T A x.</summary>
    /// <param name="x">As many numbers as the order.</param>
    public double QuadraticForm(ReadOnlySpan<double> x)
    {
        if (x.Length != Order) throw new ArgumentException($"The vector has {x.Length} elements instead of {Order}.");
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            if (x[i] != 0) sum += x[i] * VectorMath.Dot(Row(i), x);
        return sum;
    }
}
