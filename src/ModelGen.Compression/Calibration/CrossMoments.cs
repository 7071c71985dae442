using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Streamed accumulation of E[l r^T] for pairs of vectors, in double precision and in the order they come; the bits do not
/// depend on the number of threads.</summary>
internal sealed class CrossMoments
{
    private const int Block = 64;

    private readonly int _columns;
    private readonly int _threads;
    private readonly int _panels;
    private readonly double[] _products;
    private readonly double[] _left;
    private readonly double[] _right;
    private int _buffered;
    private long _count;

    /// <summary>Creates an empty accumulator.</summary>
    /// <param name="columns">Elements of each vector, at least 1.</param>
    /// <param name="threads">Most threads to use; 0 means all processors.</param>
    /// <exception cref="ArgumentException">There are no columns, or so many that the matrix is past 2^31 elements.</exception>
    public CrossMoments(int columns, int threads = 0)
    {
        Arguments.CheckRange(columns, 1, SecondMoments.MaxColumns, "number of columns");
        _columns = columns;
        _threads = threads;
        int stride = Tiles.RoundUp(columns);
        _panels = stride / Tiles.Width;
        _products = new double[stride * stride];
        _left = new double[Block * stride];
        _right = new double[Block * stride];
    }

    /// <summary>Adds pairs of vectors.</summary>
    /// <param name="left">Left vectors, one after the other.</param>
    /// <param name="right">As many right vectors.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of the columns, or a number is NaN or
    /// infinite.</exception>
    public void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (left.Length % _columns != 0 || left.Length != right.Length)
            throw new ArgumentException($"{left.Length} and {right.Length} numbers are no pairs of vectors of {_columns} elements.");
        Arguments.CheckFinite(left, "left vectors");
        Arguments.CheckFinite(right, "right vectors");
        for (int first = 0; first < left.Length; first += _columns)
        {
            for (int j = 0; j < _columns; j++)
            {
                int at = (j / Tiles.Width * Block + _buffered) * Tiles.Width + j % Tiles.Width;
                _left[at] = left[first + j];
                _right[at] = right[first + j];
            }

            _count++;
            if (++_buffered == Block) Flush();
        }
    }

    /// <summary>The matrix E[l r^T], row by row.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public double[] Moments()
    {
        if (_count == 0) throw new InvalidOperationException("No pair was added to the moments.");
        Flush();
        int stride = _panels * Tiles.Width;
        var moments = new double[_columns * _columns];
        for (int i = 0; i < _columns; i++)
            for (int j = 0; j < _columns; j++) moments[i * _columns + j] = _products[i * stride + j] / _count;
        return moments;
    }

    private void Flush()
    {
        if (_buffered == 0) return;
        int depth = _buffered, stride = _panels * Tiles.Width;

        // Below this a parallel loop costs more than it saves.
        Workers.Run(_panels, _panels < 16 ? 1 : _threads, i =>
        {
            ReadOnlySpan<double> left = _left.AsSpan(i * Block * Tiles.Width, depth * Tiles.Width);
            for (int j = 0; j < _panels; j++)
            {
                ReadOnlySpan<double> right = _right.AsSpan(j * Block * Tiles.Width, depth * Tiles.Width);
                Tiles.Add(left, right, depth, _products.AsSpan(i * Tiles.Width * stride + j * Tiles.Width), stride, subtract: false);
            }
        });
        _buffered = 0;
    }
}
