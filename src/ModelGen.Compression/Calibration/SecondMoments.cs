using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Streamed accumulation of the mean of a layer's inputs and of their second moments H = E[x x^T]. Sums are kept in double
/// precision, one sample after the other, so the result does not depend on how the samples are cut into calls or on the number of threads.
/// For moments about zero there is no cancellation that Welford's centred updates would avoid.</summary>
internal sealed class SecondMoments
{
    private const int Block = 64;

    private readonly int _threads;
    private readonly int _panels;
    private readonly double[] _products;
    private readonly double[] _sums;
    private readonly double[] _buffer;
    private int _buffered;

    /// <summary>Creates an empty accumulator.</summary>
    /// <param name="columns">Inputs of the layer, at least 1.</param>
    /// <param name="threads">Most threads to use; 0 means all processors.</param>
    /// <exception cref="ArgumentException">There are no columns, or so many that the matrix is past 2^31 elements.</exception>
    public SecondMoments(int columns, int threads = 0)
    {
        Arguments.CheckRange(columns, 1, MaxColumns, "number of columns");
        Columns = columns;
        _threads = threads;
        int stride = Tiles.RoundUp(columns);
        _panels = stride / Tiles.Width;
        _products = new double[stride * stride];
        _sums = new double[columns];
        _buffer = new double[Block * stride];
    }

    /// <summary>The most columns a matrix may have.</summary>
    public static int MaxColumns => 32_000;

    /// <summary>Inputs of the layer.</summary>
    public int Columns { get; }

    /// <summary>Samples seen.</summary>
    public long Count { get; private set; }

    /// <summary>Adds samples.</summary>
    /// <param name="samples">One or more samples of <see cref="Columns"/> numbers each.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of the columns, or a number is NaN or infinite; nothing is added
    /// then.</exception>
    public void Add(ReadOnlySpan<float> samples)
    {
        if (samples.Length % Columns != 0)
            throw new ArgumentException($"{samples.Length} numbers are no whole number of samples of {Columns} columns.");
        Arguments.CheckFinite(samples, "samples");
        for (; samples.Length > 0; samples = samples[Columns..])
        {
            ReadOnlySpan<float> sample = samples[..Columns];
            for (int j = 0; j < sample.Length; j++)
            {
                _sums[j] += sample[j];
                _buffer[(j / Tiles.Width * Block + _buffered) * Tiles.Width + j % Tiles.Width] = sample[j];
            }
            Count++;
            if (++_buffered == Block) Flush();
        }
    }

    /// <summary>The mean of each column.</summary>
    /// <exception cref="InvalidOperationException">No sample was added.</exception>
    public double[] Mean()
    {
        CheckNotEmpty();
        double[] mean = new double[Columns];
        for (int j = 0; j < mean.Length; j++) mean[j] = _sums[j] / Count;
        return mean;
    }

    /// <summary>The matrix E[x x^T].</summary>
    /// <exception cref="InvalidOperationException">No sample was added.</exception>
    public SymmetricMatrix Moments()
    {
        CheckNotEmpty();
        Flush();
        int stride = _panels * Tiles.Width;
        double[] moments = new double[Columns * Columns];
        for (int i = 0; i < Columns; i++)
        {
            for (int j = i; j < Columns; j++)
            {
                double value = _products[i * stride + j] / Count;
                moments[i * Columns + j] = value;
                moments[j * Columns + i] = value;
            }
        }
        return new SymmetricMatrix(Columns, moments);
    }

    private void CheckNotEmpty()
    {
        if (Count == 0) throw new InvalidOperationException("No sample was added to the second moments.");
    }

    private void Flush()
    {
        if (_buffered == 0) return;
        int depth = _buffered;
        int stride = _panels * Tiles.Width;

        // Below this a parallel loop costs more than it saves.
        int threads = _panels < 16 ? 1 : _threads;
        Workers.Run(_panels, threads, i =>
        {
            ReadOnlySpan<double> left = _buffer.AsSpan(i * Block * Tiles.Width, depth * Tiles.Width);
            for (int j = i; j < _panels; j++)
            {
                ReadOnlySpan<double> right = _buffer.AsSpan(j * Block * Tiles.Width, depth * Tiles.Width);
                Tiles.Add(left, right, depth, _products.AsSpan(i * Tiles.Width * stride + j * Tiles.Width), stride, subtract: false);
            }
        });
        _buffered = 0;
    }
}
