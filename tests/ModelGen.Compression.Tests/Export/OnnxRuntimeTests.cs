using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Tests.Support;
using ModelGen.Graph;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Compression.Tests.Export;

/// <summary>What is written loads in ONNX Runtime and gives the same answers there as compiled.</summary>
public class OnnxRuntimeTests
{
    private const int SampleCount = 100;

    public static TheoryData<string> Names() => SharedModels.Rows(Networks.All.Keys);

    public static TheoryData<string, int, bool, bool> QuantizedNames()
    {
        TheoryData<string, int, bool, bool> data = [];
        foreach (string name in Networks.All.Keys)
        {
            data.Add(name, 8, false, false);
            data.Add(name, 8, true, false);
            data.Add(name, 4, false, true);
            data.Add(name, 4, true, true);
        }

        return data;
    }

    [OnnxRuntimeTheory]
    [MemberData(nameof(Names))]
    public void FloatNetworksAgree(string name)
    {
        ModelGraph graph = Networks.All[name](0.9);
        ReferenceTensor[] samples = Samples.Of(graph.Inputs[0].Shape, SampleCount);
        foreach (bool sparse in new[] { false, true })
        {
            byte[] file = OnnxExporter.Export(graph, new ExportOptions { SparseInitializers = sparse });
            double[][] expected = OnnxRuntime.Run(file, samples), actual = Compiled(file, samples);
            for (int n = 0; n < samples.Length; n++)
                foreach ((double e, double a) in expected[n].Zip(actual[n])) Assert.InRange(a, e - 1e-5, e + 1e-5);
        }
    }

    /// <param name="name">The network.</param>
    /// <param name="bits">Bits of weights.</param>
    /// <param name="sparse">Whether 95 % of the weights are zero, and constants written sparse.</param>
    /// <param name="lowBits">Whether weights are written as 4-bit integers.</param>
    [OnnxRuntimeTheory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedNetworksAgree(string name, int bits, bool sparse, bool lowBits)
    {
        ModelGraph graph = Networks.All[name](sparse ? 0.95 : 0);
        ReferenceTensor[] samples = Samples.Of(graph.Inputs[0].Shape, SampleCount);

        // See ExportOptions.LowBitTypes for why activations are unsigned then.
        ElementType element = lowBits ? ElementType.UInt8 : ElementType.Int8;
        byte[] file = OnnxExporter.Export(MinMaxQuantizer.Quantize(graph, samples, bits, element),
            new ExportOptions { SparseInitializers = sparse, LowBitTypes = lowBits });
        double[][] expected = OnnxRuntime.Run(file, samples), actual = Compiled(file, samples);

        // One step of rounding in a sum (docs/numerics.md, "Where ONNX Runtime differs") may become a few in the layers after it.
        double range = expected.Max(y => y.Max()) - expected.Min(y => y.Min());
        double largest = expected.Zip(actual).Max(pair => pair.First.Zip(pair.Second).Max(y => Math.Abs(y.First - y.Second)));
        Assert.InRange(largest, 0, range * 4 / 255);
        int same = expected.Zip(actual).Count(pair => IsFirst(pair.First, Array.IndexOf(pair.Second, pair.Second.Max()), range / 255));
        Assert.Equal(samples.Length, same);
    }

    // Among scores that are equal, or one step apart, either may be first.
    private static bool IsFirst(double[] scores, int index, double step) => scores[index] >= scores.Max() - 1.01 * step;

    private static double[][] Compiled(byte[] file, ReferenceTensor[] samples)
    {
        using CompiledTestModel model = CompiledTestModel.Compile(file, "model.onnx", Profile.Modern);
        return samples.Select(sample => model.Run(sample).Values.Single().Floats).ToArray();
    }
}
