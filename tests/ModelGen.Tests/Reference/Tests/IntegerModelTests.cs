using System;
using System.Collections.Generic;
using System.Globalization;
using ModelGen.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>The integer rules of docs/numerics.md, as the reference reads them, against ONNX Runtime's outputs of the quantized models.</summary>
public class IntegerModelTests(ITestOutputHelper log)
{
    /// <param name="file">Model below models/.</param>
    /// <param name="exactShare">Least share of elements that must be equal.</param>
    /// <param name="steps">Largest difference in quantization steps.</param>
    [SharedDataTheory]
    [InlineData("mlperf-tiny/kws_int8_qdq.onnx", 0.999, 1)]
    [InlineData("mlperf-tiny/ad01_int8_qdq.onnx", 0.999, 1)]
    [InlineData("mlperf-tiny/str_ww_int8_qdq.onnx", 0.999, 1)]
    [InlineData("mlperf-tiny/vww_96_int8_qdq.onnx", 0.999, 1)]
    [InlineData("mlperf-tiny/resnet8_int8_qdq.onnx", 0.9, 255)]
    [InlineData("mnist/lenet5_int8_qdq.onnx", 0.999, 1)]
    [InlineData("mnist/lenet5_sparse_int8_qdq.onnx", 0.999, 1)]
    [InlineData("mnist/lenet_300_100_sparse_int8_qdq.onnx", 0.999, 1)]
    [InlineData("trash/trash_mobilenet96_int8_qdq.onnx", 0.999, 1)]
    [InlineData("har/har_tcn_int8_qdq.onnx", 0.999, 1)]
    public void AgreesWithOnnxRuntime(string file, double exactShare, int steps)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        ReferenceModel model = new(found.Model);
        NpyArray inputs = found.Inputs;
        NpyArray expected = found.Expected;
        int equal = 0;
        int sameTop = 0;
        double largest = 0;
        for (int n = 0; n < inputs.Dims[0]; n++)
        {
            IReadOnlyDictionary<string, ReferenceTensor> values = model.Run(found.Sample(inputs, n));
            ReferenceTensor output = values[model.Outputs[0]];
            double step = Assert.IsType<Quantization.QuantizedElements>(output.Origin).Scale[0];
            double[] e = expected.Sample(n);
            for (int i = 0; i < e.Length; i++)
            {
                double difference = Math.Abs(Math.Round((output.Floats[i] - e[i]) / step));
                if (difference == 0) equal++;
                largest = Math.Max(largest, difference);
            }

            if (Top(output.Floats) == Top(e)) sameTop++;
        }

        double share = equal / (double)expected.Values.Length;
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Name}: {equal} of {expected.Values.Length} equal ({share:P3}), largest difference {largest} steps, same top-1 {sameTop} of {inputs.Dims[0]}"));
        Assert.InRange(share, exactShare, 1);
        Assert.InRange(largest, 0, steps);
        Assert.Equal(inputs.Dims[0], sameTop);
    }

    private static int Top(double[] values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++) if (values[i] > values[best]) best = i;
        return best;
    }
}
