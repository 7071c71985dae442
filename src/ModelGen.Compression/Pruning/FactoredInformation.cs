using System;
using System.IO;
using System.Numerics.Tensors;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// Fisher information of the weights of a matrix, the running mean of squared gradients, kept as sums over rows and over columns: their
/// product over the total is the best estimate of rank one (Shazeer and Stern, "Adafactor", 2018) and far less noisy than one number a
/// weight. It sees channels whose scale was moved into the next layer, and inputs that never change.
/// </summary>
internal sealed class FactoredInformation
{
    private const float Smoothing = 0.02f;
    private readonly TrainedParameter _parameter;
    private readonly float[] _rows;
    private readonly float[] _columns;
    private readonly float[] _squares;
    private int _batches;

    /// <summary>Starts without information.</summary>
    public FactoredInformation(TrainedParameter parameter)
    {
        _parameter = parameter;
        _rows = new float[parameter.Rows];
        _columns = new float[parameter.Columns];
        _squares = new float[parameter.Columns];
    }

    /// <summary>Mean over all weights; 0 before the first batch.</summary>
    public double Mean { get; private set; }

    /// <summary>Takes the gradient of a batch.</summary>
    public void Observe()
    {
        // A plain mean at first: the first batch says no more than the second.
        float taken = MathF.Max(Smoothing, 1f / ++_batches), kept = 1 - taken;
        TensorPrimitives.Multiply(_columns, kept, _columns);
        for (int row = 0; row < _rows.Length; row++)
        {
            ReadOnlySpan<float> gradient = _parameter.Gradient.AsSpan(row * _columns.Length, _columns.Length);
            TensorPrimitives.Multiply(gradient, gradient, _squares);
            _rows[row] = kept * _rows[row] + taken * TensorPrimitives.Sum<float>(_squares);
            TensorPrimitives.MultiplyAdd(_squares, taken, _columns, _columns);
        }

        Mean = TensorPrimitives.Sum<float>(_rows) / (double)_parameter.Values.Length;
    }

    /// <summary>Adds to the score of each unit what its weights are worth: <c>w^2 F</c>.</summary>
    /// <param name="unitOf">Unit of each weight.</param>
    /// <param name="scores">Scores of the units.</param>
    public void Score(ReadOnlySpan<int> unitOf, Span<double> scores)
    {
        double total = Math.Max(TensorPrimitives.Sum<float>(_rows), 1e-30);
        ReadOnlySpan<float> values = _parameter.Values;
        for (int row = 0, e = 0; row < _rows.Length; row++)
            for (int column = 0; column < _columns.Length; column++, e++)
                scores[unitOf[e]] += _rows[row] * (_columns[column] / total) * values[e] * values[e];
    }

    /// <summary>Writes the sums.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_batches);
        writer.Write(Mean);
        writer.WriteFloats(_rows);
        writer.WriteFloats(_columns);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">That was of another matrix.</exception>
    public void Load(BinaryReader reader)
    {
        _batches = reader.ReadInt32();
        Mean = reader.ReadDouble();
        reader.ReadFloats(_rows);
        reader.ReadFloats(_columns);
    }
}
