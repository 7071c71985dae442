using System;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>The reference against ONNX Runtime's outputs of the float models.</summary>
public class FloatModelTests
{
    [SharedDataTheory]
    [InlineData("gas/gas_mlp.onnx")]
    [InlineData("har/har_gru32.onnx")]
    [InlineData("har/har_lstm64.onnx")]
    [InlineData("har/har_tcn.onnx")]
    [InlineData("har/torch_export/har_gru32.onnx")]
    [InlineData("har/torch_export/har_lstm64.onnx")]
    [InlineData("har/torch_export/har_tcn.onnx")]
    [InlineData("mlperf-tiny/ad01_fp32.onnx")]
    [InlineData("mlperf-tiny/kws_fp32.onnx")]
    [InlineData("mlperf-tiny/kws_fp32_bn.onnx")]
    [InlineData("mlperf-tiny/kws_fp32_pair.onnx")]
    [InlineData("mlperf-tiny/resnet8_fp32.onnx")]
    [InlineData("mlperf-tiny/str_ww_fp32.onnx")]
    [InlineData("mlperf-tiny/vww_96_fp32.onnx")]
    [InlineData("mnist/lenet5.onnx")]
    [InlineData("mnist/lenet5_sparse.onnx")]
    [InlineData("mnist/lenet_300_100.onnx")]
    [InlineData("mnist/lenet_300_100_sparse.onnx")]
    [InlineData("trash/trash_mobilenet96.onnx")]
    public void MatchesOnnxRuntime(string file)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        ReferenceModel model = new(found.Model);
        NpyArray inputs = found.Inputs;
        NpyArray expected = found.Expected;
        // Slow plain loops: a part of the records says as much as all of them.
        int samples = Math.Min(inputs.Dims[0], 16);
        for (int n = 0; n < samples; n++)
        {
            double[] y = ReferenceModelCase.Run(model, inputs, n)[model.Outputs[0]].Floats;
            double[] e = expected.Sample(n);
            Assert.Equal(e.Length, y.Length);
            for (int i = 0; i < y.Length; i++) Assert.InRange(y[i], e[i] - Tolerance(e[i]), e[i] + Tolerance(e[i]));
        }
    }

    // 1e-4, relative for outputs far above 1 (ad01 reconstructs decibels, up to 100).
    private static double Tolerance(double expected) => 1e-4 * Math.Max(1, Math.Abs(expected) / 10);
}
