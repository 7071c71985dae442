using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx;
using ModelGen.Passes;
using ModelGen.Passes.DeadChannels;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using Xunit;

namespace ModelGen.Tests.Passes;

/// <summary>Output channels of sparse layers come in the order of their weights where everything that reads them can follow, and nowhere else; no result changes.</summary>
public class OrderChannelsTests
{
    private static readonly Dictionary<string, (Func<OperatorCase> Make, bool IsOrdered)> Cases = new(StringComparer.Ordinal)
    {
        ["hidden layer"] = (() => Then(Gemm("x", "w1", 40, 48)).QuantizedWeights("w2", [20, 48]).Node("Gemm", ["h_d", "w2"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.4f, 3), true),
        ["two readers"] = (() => Then(Gemm("x", "w1", 40, 48)).QuantizedWeights("w2", [20, 48]).QuantizedWeights("w3", [24, 48]).Node("Gemm", ["h_d", "w2"], ["y"], ("transB", 1))
            .Node("Gemm", ["h_d", "w3"], ["z"], ("transB", 1)).QuantizedOutput("y", 0.4f, 3).QuantizedOutput("z", 0.4f, 3), true),
        ["depthwise between"] = (() => Then(Conv("x", "w1", 24, 40)).QuantizedWeights("w2", [40, 1, 3, 3]).Node("Conv", ["h_d", "w2"], ["d"], ("group", 40), ("pads", new[] { 1, 1, 1, 1 }))
            .Requantized("d", 0.3f, 5).QuantizedWeights("w3", [20, 40, 1, 1]).Node("Conv", ["d_d", "w3"], ["y"]).QuantizedOutput("y", 0.8f, 3), true),
        ["sum"] = (() => Then(Conv("x", "w1", 24, 40)).QuantizedWeights("w2", [40, 24, 1, 1], density: 0.2).Node("Conv", ["x", "w2"], ["g"]).Requantized("g", 0.2f, 1)
            .Node("Add", ["h_d", "g_d"], ["s"]).Requantized("s", 0.3f, 0).QuantizedWeights("w3", [20, 40, 1, 1]).Node("Conv", ["s_d", "w3"], ["y"]).QuantizedOutput("y", 0.8f, 3), true),

        // What has to stay: outputs, what mixes channels, what joins them with others, pairs of channels, sums of real numbers, dense layers, few outputs.
        ["output"] = (() => Then(Gemm("x", "w1", 40, 48)).Output("h_m").QuantizedWeights("w2", [20, 48]).Node("Gemm", ["h_d", "w2"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.4f, 3), false),
        ["softmax"] = (() => Then(Gemm("x", "w1", 40, 48)).Node("Softmax", ["h_d"], ["y"]).Output("y"), false),
        ["concatenation"] = (() => Then(Conv("x", "w1", 24, 40)).Node("Concat", ["h_d", "x"], ["s"], ("axis", 1)).Requantized("s", 0.2f, 0)
            .QuantizedWeights("w3", [20, 64, 1, 1]).Node("Conv", ["s_d", "w3"], ["y"]).QuantizedOutput("y", 0.8f, 3), false),
        ["sum with a concatenation"] = (() => Then(Conv("x", "w1", 24, 40)).QuantizedWeights("v1", [20, 24, 1, 1], density: 0.2).QuantizedWeights("v2", [20, 24, 1, 1], density: 0.2)
            .Node("Conv", ["x", "v1"], ["g"]).Requantized("g", 0.2f, 1).Node("Conv", ["x", "v2"], ["k"]).Requantized("k", 0.2f, 1)
            .Node("Concat", ["g_d", "k_d"], ["j"], ("axis", 1)).Requantized("j", 0.2f, 1).Node("Add", ["h_d", "j_d"], ["s"]).Requantized("s", 0.3f, 0)
            .QuantizedWeights("w3", [20, 40, 1, 1]).Node("Conv", ["s_d", "w3"], ["y"]).QuantizedOutput("y", 0.8f, 3), false),
        ["flattened"] = (() => Then(Conv("x", "w1", 24, 40)).Node("Flatten", ["h_d"], ["f"]).QuantizedWeights("w2", [20, 40 * 30]).Node("Gemm", ["f", "w2"], ["y"], ("transB", 1))
            .QuantizedOutput("y", 0.8f, 3), false),
        ["window behind"] = (() => Then(Conv("x", "w1", 24, 40)).QuantizedWeights("w2", [20, 40, 3, 3]).Node("Conv", ["h_d", "w2"], ["y"]).QuantizedOutput("y", 0.8f, 3), false),
        ["real numbers behind"] = (() => Then(Gemm("x", "w1", 40, 48)).Weights("w2", [20, 48]).Node("Gemm", ["h_d", "w2"], ["y"], ("transB", 1)).Output("y"), false),
        ["dense"] = (() => Then(Gemm("x", "w1", 40, 48, density: 0.8)).QuantizedWeights("w2", [20, 48]).Node("Gemm", ["h_d", "w2"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.4f, 3), false),
        ["few outputs"] = (() => Then(Gemm("x", "w1", 40, 16)).QuantizedWeights("w2", [20, 16]).Node("Gemm", ["h_d", "w2"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.4f, 3), false),
    };

    public static TheoryData<string, Profile> Rows()
    {
        TheoryData<string, Profile> rows = [];
        foreach (string name in Cases.Keys)
            foreach (Profile profile in new[] { Profile.Modern, Profile.Portable }) rows.Add(name, profile);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void ChannelsAreOrderedWhereAllCanFollow(string name, Profile profile)
    {
        OperatorCase model = Cases[name].Make();
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        CompileOptions options = new() { Namespace = "Compiled", Profile = profile }, without = options with { SkippedPasses = new EquatableArray<string>([nameof(OrderChannels)]) };
        foreach (CompileOptions chosen in new[] { options, without })
        {
            using CompiledTestModel compiled = CompiledTestModel.Compile(file, "ordered.onnx", chosen);
            foreach ((string output, ReferenceTensor actual) in compiled.Run([.. model.Inputs.Values]))
            {
                double tolerance = actual.IsFloat ? 1e-5 : 0;
                Assert.Null(TensorComparison.Difference(actual, expected[output], tolerance, tolerance));
            }
        }

        int[] before = Counts(file, without), after = Counts(file, options);
        Assert.Equal(Cases[name].IsOrdered ? [.. before.OrderDescending()] : before, after);
        Assert.NotEqual(before, before.OrderDescending());
    }

    // Weights of each output of the first layer, of both where their results are added.
    private static int[] Counts(byte[] file, CompileOptions options)
    {
        CompileOptions chosen = options with { SkippedPasses = new EquatableArray<string>([.. options.SkippedPasses, nameof(ChannelsLast)]) };
        Node[] layers = [.. PassPipeline.Run(OnnxImporter.Import(file, chosen), chosen, default).Nodes.Where(node => node.Operator is FullyConnected or Convolution)];
        Tensor[] weights = [.. layers.Where(layer => layer.Input(0).Shape.Equals(layers[0].Input(0).Shape) && layer.Output.Shape.Equals(layers[0].Output.Shape))
            .Select(layer => layer.Input(1).Constant!)];
        return [.. Enumerable.Range(0, weights[0].Shape[0]).Select(output => weights.Sum(w =>
            Enumerable.Range(output * (w.Count / w.Shape[0]), w.Count / w.Shape[0]).Count(i => w.GetLong(i) != 0)))];
    }

    private static OperatorCase Gemm(string x, string w, int inputs, int outputs, double density = 0.3) => new OperatorCase().Quantized(x, [1, inputs], 0.02f, 4)
        .QuantizedWeights(w, [outputs, inputs], density: density).QuantizedBias("b", 0.02f, w).Node("Gemm", [x, w, "b"], ["c"], ("transB", 1));

    private static OperatorCase Conv(string x, string w, int inputs, int outputs) => new OperatorCase().Quantized(x, [1, inputs, 5, 6], 0.02f, 4)
        .QuantizedWeights(w, [outputs, inputs, 1, 1], density: 0.3).QuantizedBias("b", 0.02f, w).Node("Conv", [x, w, "b"], ["c"]);

    private static OperatorCase Then(OperatorCase model) => model.Node("Relu", ["c"], ["h"]).Requantized("h", 0.2f, -100);
}
