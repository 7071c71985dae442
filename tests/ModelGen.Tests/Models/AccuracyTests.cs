using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Models;

/// <summary>Accuracies on whole test sets, which the READMEs of the shared models state as measured with ONNX Runtime.</summary>
public class AccuracyTests
{
    /// <param name="file">Model below models/.</param>
    /// <param name="inputs">Samples below data/.</param>
    /// <param name="labels">Classes below data/.</param>
    /// <param name="expected">Accuracy in percent.</param>
    [SharedDataTheory]
    [InlineData("mlperf-tiny/kws_int8_qdq.onnx", "kws01/kws01_x.npy", "kws01/kws01_y.npy", 90.2)]
    [InlineData("mlperf-tiny/kws_fp32.onnx", "kws01/kws01_x.npy", "kws01/kws01_y.npy", 91.3)]
    [InlineData("mlperf-tiny/kws_fp32_pair.onnx", "kws01/kws01_x.npy", "kws01/kws01_y.npy", 90.1)]
    [InlineData("mlperf-tiny/resnet8_fp32.onnx", "cifar10/test_x.npy", "cifar10/test_y.npy", 76.28)]
    [InlineData("mlperf-tiny/resnet8_int8_qdq.onnx", "cifar10/test_x.npy", "cifar10/test_y.npy", 76.14)]
    [InlineData("har/har_lstm64.onnx", "har/test_x.npy", "har/test_y.npy", 97.18)]
    [InlineData("har/har_gru32.onnx", "har/test_x.npy", "har/test_y.npy", 96.92)]
    [InlineData("har/har_tcn.onnx", "har/test_x.npy", "har/test_y.npy", 98.28)]
    [InlineData("har/har_tcn_int8_qdq.onnx", "har/test_x.npy", "har/test_y.npy", 98.28)]
    [InlineData("mnist/lenet_300_100.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 98.32)]
    [InlineData("mnist/lenet_300_100_sparse.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 98.31)]
    [InlineData("mnist/lenet_300_100_sparse_int8_qdq.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 98.29)]
    [InlineData("mnist/lenet5.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 99.28)]
    [InlineData("mnist/lenet5_sparse.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 99.25)]
    [InlineData("mnist/lenet5_int8_qdq.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 99.28)]
    [InlineData("mnist/lenet5_sparse_int8_qdq.onnx", "mnist/test_x.npy", "mnist/test_y.npy", 99.26)]
    [InlineData("trash/trash_mobilenet96.onnx", "trash/test_x.npy", "trash/test_y.npy", 83.0)]
    [InlineData("trash/trash_mobilenet96_int8_qdq.onnx", "trash/test_x.npy", "trash/test_y.npy", 83.8)]
    public void EqualsThePublishedFigure(string file, string inputs, string labels, double expected)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        using CompiledTestModel model = CompiledTestModel.Compile(found.Model, file, Profile.Modern);
        NpyArray x = NpyArray.Load(SharedData.PathOf("data/" + inputs));
        NpyArray y = NpyArray.Load(SharedData.PathOf("data/" + labels));
        int[] shape = model.Info.Inputs[0].Shape.ToArray();
        int right = 0;
        for (int n = 0; n < x.Dims[0]; n++)
        {
            ReferenceTensor sample = ReferenceTensor.Float(shape, Preprocess(file, x, n));
            double[] scores = model.Run(sample).Values.First().Floats;
            if (Array.IndexOf(scores, scores.Max()) == (int)y.Values[n]) right++;
        }

        // The figures are rounded to one or two decimals. Floats may decide one sample on the edge otherwise.
        double rounding = Math.Abs(expected * 10 - Math.Round(expected * 10)) < 1e-9 ? 0.05 : 0.005;
        double edge = file.Contains("int8", StringComparison.Ordinal) ? 0 : 100.0 / x.Dims[0];
        Assert.InRange(100.0 * right / x.Dims[0] - expected, -rounding - edge - 1e-9, rounding + edge + 1e-9);
    }

    /// <summary>From the stored form to what the networks take; see the READMEs of the data.</summary>
    private static double[] Preprocess(string file, NpyArray x, int index)
    {
        double[] sample = x.Sample(index);
        switch (file.Split('/')[0])
        {
            case "mnist":
                return Array.ConvertAll(sample, p => (double)((float)p / 255f));
            case "trash":
                return ChannelsFirst(Array.ConvertAll(sample, p => (double)((float)p / 255f)), x.Dims[^1]);
            case "mlperf-tiny" when file.Contains("kws", StringComparison.Ordinal):
                return Array.ConvertAll(sample, q => (double)((float)(q - 83) * 0.5847029089927673f));
            case "mlperf-tiny":
                return ChannelsFirst(sample, x.Dims[^1]);
            default:
                return sample;
        }
    }

    private static double[] ChannelsFirst(double[] sample, int channels)
    {
        int pixels = sample.Length / channels;
        double[] result = new double[sample.Length];
        for (int i = 0; i < sample.Length; i++) result[i % channels * pixels + i / channels] = sample[i];
        return result;
    }
}
