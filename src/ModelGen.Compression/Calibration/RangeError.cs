using System;

namespace ModelGen.Compression.Calibration;

/// <summary>Mean squared error of quantizing what an observer has seen, for any scale and zero point.</summary>
internal sealed class RangeError
{
    private readonly double[] _values;
    private readonly double[] _counts;
    private readonly long _total;
    private readonly ActivationFormat _format;

    /// <summary>Prepares the bins that hold values.</summary>
    /// <param name="observed">What was seen.</param>
    /// <param name="format">The integers.</param>
    public RangeError(RangeObserver observed, ActivationFormat format)
    {
        _format = format;
        _total = observed.Count;
        int used = 0;
        foreach (long count in observed.Counts)
            if (count != 0) used++;
        _values = new double[used];
        _counts = new double[used];
        int next = 0;
        for (int i = 0; i < observed.Counts.Length; i++)
        {
            if (observed.Counts[i] == 0) continue;
            _values[next] = observed.Middle(i);
            _counts[next++] = observed.Counts[i];
        }
    }

    /// <summary>The quantization with its error.</summary>
    /// <param name="scale">Step of the grid, positive.</param>
    /// <param name="zeroPoint">The integer of zero.</param>
    public ActivationRange At(float scale, int zeroPoint)
    {
        double least = _format.Lowest - zeroPoint;
        double most = _format.Highest - zeroPoint;
        double perStep = 1.0 / scale;
        double sum = 0;
        for (int i = 0; i < _values.Length; i++)
        {
            double step = Math.Min(Math.Max(Math.Round(_values[i] * perStep), least), most);
            double difference = _values[i] - step * scale;
            sum += _counts[i] * difference * difference;
        }
        return new ActivationRange(scale, zeroPoint, sum / _total);
    }
}
