using System;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Rounding;

namespace ModelGen.Compression.Sensitivity;

/// <summary>The expected increase of the loss when a row's weights are rounded, for each number of bits: 0.5 * sum of F_j *
/// error_j^2.</summary>
internal sealed class RowLosses
{
    /// <summary>Fewest bits of a weight.</summary>
    public const int FewestBits = 2;

    /// <summary>Most bits of a weight.</summary>
    public const int MostBits = 8;

    private const int Widths = MostBits - FewestBits + 1;

    private readonly double[] _losses;
    private readonly int[] _weights;

    /// <summary>Takes over losses.</summary>
    /// <param name="losses">For each row the losses at 2, 3, ... 8 bits.</param>
    /// <param name="weights">Number of weights of each row that are stored: those that are not zero, or all.</param>
    /// <exception cref="ArgumentException">Lengths differ or are zero, or a number is negative or not finite.</exception>
    public RowLosses(double[] losses, int[] weights)
    {
        if (weights.Length == 0) throw new ArgumentException("There is no row to give bits to.");
        if (losses.Length != weights.Length * Widths)
            throw new ArgumentException($"There are {losses.Length} losses for {weights.Length} rows.");
        Arguments.CheckFinite(losses, "losses");
        for (int i = 0; i < losses.Length; i++)
            if (losses[i] < 0) throw new ArgumentException($"Loss {i} is negative: {losses[i]}.");
        foreach (int count in weights)
            if (count < 0) throw new ArgumentException("A row cannot have a negative number of weights.");
        _losses = losses;
        _weights = weights;
    }

    /// <summary>Number of rows.</summary>
    public int Rows => _weights.Length;

    /// <summary>Stored weights of each row.</summary>
    public ReadOnlySpan<int> Weights => _weights;

    /// <summary>The loss of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="bits">2 to 8.</param>
    public double this[int row, int bits] => _losses[row * Widths + bits - FewestBits];

    /// <summary>Measures a layer: each row is rounded to the best grid of each number of bits.</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="importance">How much each weight counts.</param>
    /// <param name="options">Settings of the grids, or null for the usual ones.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a number is not finite.</exception>
    public static RowLosses Measure(float[] weights, int rows, int columns, WeightImportance importance, WeightGridOptions? options = null)
    {
        Arguments.CheckMatrix(weights, rows, columns, "weights");
        importance.CheckFits(rows, columns);
        options ??= new WeightGridOptions();
        double[] losses = new double[rows * Widths];
        int[] stored = new int[rows];
        Workers.Run(rows, options.Threads, r =>
        {
            GridRow row = new(columns);
            ReadOnlySpan<float> values = weights.AsSpan(r * columns, columns);
            row.Load(values);
            importance.CopyRow(r, rows, row.Importance);
            stored[r] = columns - values.Count(0f);
            for (int bits = FewestBits; bits <= MostBits; bits++)
                losses[r * Widths + bits - FewestBits] = 0.5 * importance.RowFactor(r) * row.BestScale(bits, options.ShortScales).Error;
        });
        return new RowLosses(losses, stored);
    }

    /// <summary>The rows of several layers, one after the other.</summary>
    /// <param name="layers">The layers.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public static RowLosses Join(params ReadOnlySpan<RowLosses> layers)
    {
        int rows = 0;
        foreach (RowLosses layer in layers) rows += layer.Rows;
        double[] losses = new double[rows * Widths];
        int[] weights = new int[rows];
        int next = 0;
        foreach (RowLosses layer in layers)
        {
            layer._losses.CopyTo(losses, next * Widths);
            layer._weights.CopyTo(weights, next);
            next += layer.Rows;
        }
        return new RowLosses(losses, weights);
    }
}
