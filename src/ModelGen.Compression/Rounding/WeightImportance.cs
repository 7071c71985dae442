using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Rounding;

/// <summary>How much the squared error of each weight counts: an estimate of the second derivative of the loss.</summary>
internal sealed class WeightImportance
{
    private readonly InputHessian? _hessian;
    private readonly float[]? _fisher;
    private readonly float[]? _rowSensitivity;

    private WeightImportance(InputHessian? hessian, float[]? fisher, float[]? rowSensitivity)
    {
        _hessian = hessian;
        _fisher = fisher;
        _rowSensitivity = rowSensitivity;
    }

    /// <summary>All weights count the same.</summary>
    public static WeightImportance Uniform { get; } = new(null, null, null);

    /// <summary>The second moment of the weight's input, times the sensitivity of its row.</summary>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="rowSensitivity">Mean squared gradient of the loss with respect to each row's output, or null for 1.</param>
    public static WeightImportance FromInputs(InputHessian hessian, float[]? rowSensitivity = null) => new(hessian, null, rowSensitivity);

    /// <summary>The diagonal of the Fisher matrix: the mean squared gradient of the loss with respect to each weight.</summary>
    /// <param name="fisher">One number a weight, row by row.</param>
    public static WeightImportance FromFisher(float[] fisher) => new(null, fisher, null);

    /// <summary>Checks that the importance is one of a layer's weights.</summary>
    /// <param name="rows">Rows of the layer.</param>
    /// <param name="columns">Columns of the layer.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a number is negative or not finite.</exception>
    public void CheckFits(int rows, int columns)
    {
        _hessian?.CheckFits(rows, columns);
        if (_fisher != null) Arguments.CheckWeights(_fisher, checked(rows * columns), "Fisher diagonal");
        if (_rowSensitivity != null) Arguments.CheckWeights(_rowSensitivity, rows, "row sensitivity");
    }

    /// <summary>Copies the importance of a row's weights, without the row's own sensitivity.</summary>
    /// <param name="row">The row.</param>
    /// <param name="rows">Rows of the layer.</param>
    /// <param name="to">One number a column.</param>
    public void CopyRow(int row, int rows, Span<float> to)
    {
        if (_fisher != null)
        {
            _fisher.AsSpan(row * to.Length, to.Length).CopyTo(to);
        }
        else if (_hessian != null)
        {
            SymmetricMatrix moments = _hessian[_hessian.GroupOf(row, rows)];
            for (int c = 0; c < to.Length; c++) to[c] = (float)moments[c, c];
        }
        else
        {
            to.Fill(1);
        }
    }

    /// <summary>What the importance of a row is to be multiplied by to compare with other rows.</summary>
    /// <param name="row">The row.</param>
    public double RowFactor(int row) => _rowSensitivity == null ? 1 : _rowSensitivity[row];
}
