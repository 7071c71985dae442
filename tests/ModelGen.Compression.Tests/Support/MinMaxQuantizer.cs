using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Tests.Export;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;

namespace ModelGen.Compression.Tests.Support;

/// <summary>The simplest quantizer: ranges from the smallest to the largest number seen, weights by their largest in each output.</summary>
internal static class MinMaxQuantizer
{
    /// <summary>Quantizes a graph with ranges taken from samples.</summary>
    /// <param name="graph">A float graph with one input.</param>
    /// <param name="samples">Its inputs.</param>
    /// <param name="bits">Bits of weights.</param>
    /// <param name="element">Type of activations.</param>
    public static ModelGraph Quantize(ModelGraph graph, IEnumerable<ReferenceTensor> samples, int bits = 8,
        ElementType element = ElementType.Int8)
    {
        IReadOnlyList<QuantizationPoint> found = QuantizationPoints.Of(graph);
        Value[] points = found.Select(point => point.Value).ToArray();
        var observed = new GraphBuilder(graph.Metadata);
        foreach (Value input in graph.Inputs) observed.AddInput(input);
        foreach (Node node in graph.Nodes) observed.Keep(node, node.Inputs.ToArray());
        ModelGraph all = observed.Build(graph.Outputs.Concat(points.Select((point, i) => new GraphOutput($"point{i}", point))));

        double[] low = new double[points.Length], high = new double[points.Length];
        using CompiledTestModel model = CompiledTestModel.Compile(Graphs.Write(all), "observed.onnx", Profile.Modern);
        foreach (ReferenceTensor sample in samples)
        {
            IReadOnlyDictionary<string, ReferenceTensor> values = model.Run(sample);
            for (int i = 0; i < points.Length; i++)
            {
                low[i] = Math.Min(low[i], values[$"point{i}"].Floats.Min());
                high[i] = Math.Max(high[i], values[$"point{i}"].Floats.Max());
            }
        }

        Dictionary<Value, TensorQuantization> ranges = found.Select((point, i) =>
            (point.Value, point.IsProbability ? TensorQuantization.Probability(element) : Range(low[i], high[i], element)))
            .ToDictionary(pair => pair.Value, pair => pair.Item2);
        return InsertQuantization.Run(graph, new NetworkQuantization(ranges, Weights(graph, bits)));
    }

    /// <summary>Integers for all weights of products and recurrent layers.</summary>
    public static Dictionary<Value, WeightQuantization> Weights(ModelGraph graph, int bits)
    {
        Dictionary<Value, WeightQuantization> weights = [];
        foreach (Node node in graph.Nodes)
        {
            if (node.Operator is Convolution or FullyConnected) weights[node.Input(1)] = Weights(node.Input(1).Constant!, bits);
            if (node.Operator is not Recurrent) continue;
            weights[node.Input(1)] = Weights(node.Input(1).Constant!, bits);
            weights[node.Input(2)] = Weights(node.Input(2).Constant!, bits);
        }

        return weights;
    }

    private static TensorQuantization Range(double low, double high, ElementType element)
    {
        float scale = high > low ? (float)((high - low) / 255) : 1;
        IntegerRange range = IntegerRange.Of(element);
        return new TensorQuantization(element, scale, range.Clamp((int)Math.Round(range.Low - low / scale)));
    }

    private static WeightQuantization Weights(Tensor weights, int bits)
    {
        int outputs = weights.Shape[0], size = weights.Count / outputs, largest = (1 << (bits - 1)) - 1;
        float[] values = weights.ToFloats(), scales = new float[outputs];
        sbyte[] integers = new sbyte[values.Length];
        for (int c = 0; c < outputs; c++)
        {
            float most = values.AsSpan(c * size, size).ToArray().Max(Math.Abs);

            // Dead channels come with weights of 1e-31, in whose steps no bias fits.
            scales[c] = most > 1e-9f ? most / largest : 0.01f;
            for (int i = c * size; i < (c + 1) * size; i++) integers[i] = (sbyte)Math.Round(values[i] / scales[c]);
        }

        return new WeightQuantization(integers, scales, Enumerable.Repeat(bits, outputs).ToArray());
    }
}
