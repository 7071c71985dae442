using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using ModelGen.Compiler;
using ModelGen.Passes.DeadChannels;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Passes;

/// <summary>
/// Channels that change nothing are taken out, and no others; what the network computes stays as it was. Every case in float32 and
/// quantized.
/// </summary>
public class RemoveDeadChannelsTests
{
    // What is written, and the shapes of the layers with weights that must come out.
    private static readonly Dictionary<string, (Func<PrunedNetwork, string> Write, string[] Shapes)> Cases = new(StringComparer.Ordinal)
    {
        // A layer without weights for an output makes its bias; the next one, without padding, takes it over.
        ["constant"] = (net => net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 3), dead: [1, 4]), (4, 6, 3)),
            ["3x6x6 -> 4x4x4", "4x4x4 -> 4x2x2"]),
        ["unread"] = (net => net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 3)), (4, 6, 3), pad: 1, unread: [0, 5]),
            ["3x6x6 -> 4x4x4", "4x4x4 -> 4x4x4"]),
        ["chain"] = (net => net.Conv(net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 1), dead: [2]), (5, 6, 3), dead: [0], unread: [3]),
            (4, 5, 1), unread: [4]), ["3x6x6 -> 4x6x6", "4x6x6 -> 3x4x4", "3x4x4 -> 4x4x4"]),

        // Outputs that read nothing but constants are constants.
        ["constant of constants"] = (net => net.Conv(net.Conv(net.Conv(net.Input(1, 2, 5, 5), (3, 2, 1), dead: [1, 2]), (4, 3, 1),
            unread: [0]), (2, 4, 1)), ["2x5x5 -> 1x5x5", "1x5x5 -> 1x5x5", "1x5x5 -> 2x5x5"]),

        // With padding only zeros can be folded: a positive bias stays, a negative one is cut off by Relu.
        ["padding"] = (net => net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 3), dead: [1, 4], bias: 1, then: "Relu"), (4, 6, 3), pad: 1),
            ["3x6x6 -> 6x4x4", "6x4x4 -> 4x4x4"]),
        ["padding of zeros"] = (net => net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 3), dead: [1, 4], bias: -1, then: "Relu"), (4, 6, 3),
            pad: 1), ["3x6x6 -> 4x4x4", "4x4x4 -> 4x4x4"]),
        ["depthwise"] = (net => net.Conv(net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 1), dead: [1, 4]), (6, 1, 3), groups: 6),
            (4, 6, 1)), ["3x6x6 -> 4x6x6", "4x6x6 -> 4x4x4", "4x4x4 -> 4x4x4"]),
        ["depthwise without weights"] = (net => net.Conv(net.Conv(net.Conv(net.Input(1, 3, 6, 6), (6, 3, 1)), (6, 1, 3), dead: [2], pad: 1,
            groups: 6), (4, 6, 1), unread: [5]), ["3x6x6 -> 4x6x6", "4x6x6 -> 4x6x6", "4x6x6 -> 4x6x6"]),
        ["depthwise of two each"] = (net => net.Conv(net.Conv(net.Conv(net.Input(1, 3, 6, 6), (3, 3, 1)), (6, 1, 3), pad: 1,
            groups: 3), (4, 6, 1), unread: [0, 2, 3]), ["3x6x6 -> 2x6x6", "2x6x6 -> 4x6x6", "4x6x6 -> 4x6x6"]),

        // Both sides of an addition must agree.
        ["residual"] = (net =>
        {
            string x = net.Input(1, 3, 6, 6);
            string sum = net.Node("Add", [net.Conv(x, (6, 3, 1), dead: [1, 2, 4]), net.Conv(x, (6, 3, 1), dead: [2, 4])]);
            return net.Conv(sum, (4, 6, 1));
        }, ["3x6x6 -> 4x6x6", "3x6x6 -> 4x6x6", "4x6x6 -> 4x6x6"]),
        ["residual around"] = (net =>
        {
            string x = net.Conv(net.Input(1, 3, 6, 6), (6, 3, 1), dead: [0, 3]);
            string sum = net.Node("Add", [x, net.Conv(x, (6, 6, 3), pad: 1, dead: [0], unread: [0])]);
            return net.Conv(sum, (4, 6, 1));
        }, ["3x6x6 -> 5x6x6", "5x6x6 -> 5x6x6", "5x6x6 -> 4x6x6"]),
        ["product"] = (net =>
        {
            string x = net.Conv(net.Input(1, 3, 6, 6), (6, 3, 1), dead: [1]);
            string gate = net.Node("Sigmoid", [net.Conv(net.Node("GlobalAveragePool", [x]), (6, 6, 1), dead: [1, 3])]);
            return net.Conv(net.Node("Mul", [x, gate]), (4, 6, 1));
        }, ["3x6x6 -> 5x6x6", "5x1x1 -> 5x1x1", "5x6x6 -> 4x6x6"]),
        ["concatenation"] = (net =>
        {
            string x = net.Input(1, 3, 6, 6);
            string both = net.Node("Concat", [net.Conv(x, (3, 3, 1), dead: [1]), net.Conv(x, (2, 3, 1), dead: [0])], ("axis", 1));
            return net.Conv(both, (4, 5, 1), unread: [0]);
        }, ["3x6x6 -> 1x6x6", "3x6x6 -> 1x6x6", "2x6x6 -> 4x6x6"]),

        // One channel is several inputs.
        ["flatten"] = (net => net.Gemm(net.Move("Flatten", [net.Move("MaxPool", [net.Conv(net.Input(1, 3, 6, 6), (6, 3, 3), dead: [1, 4])],
            ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }))]), 5, 24, unread: [20, 21, 22, 23]),
            ["3x6x6 -> 3x4x4", "3x2x2 -> 5"]),
        ["flatten in part"] = (net => net.Gemm(net.Move("Flatten", [net.Conv(net.Input(1, 3, 5, 5), (4, 3, 4))]), 5, 16,
            unread: [0, 1, 2, 4, 5, 6, 7, 12]), ["3x5x5 -> 3x2x2", "3x2x2 -> 5"]),
        ["flatten channels last"] = (net => net.Gemm(net.Move("Flatten", [net.Move("Transpose", [net.Conv(net.Input(1, 3, 5, 5), (4, 3, 4),
            dead: [1])], ("perm", new[] { 0, 2, 3, 1 }))]), 5, 16, unread: [0, 4, 8, 12]), ["3x5x5 -> 2x2x2", "2x2x2 -> 5"]),
        ["hidden layer"] = (net => net.Gemm(net.Gemm(net.Input(1, 9), 8, 9, dead: [2, 5], then: "Tanh"), 3, 8, unread: [7]),
            ["9 -> 5", "5 -> 3"]),

        // A factor and a slope for each channel.
        ["channel constants"] = (net => net.Conv(net.Node("PRelu", [net.Node("Mul", [net.Node("HardSwish", [net.Conv(net.Input(1, 3, 4, 4),
            (6, 3, 1), dead: [1, 4])]), net.Constant([1, 6, 1, 1])]), net.Constant([6, 1, 1])]), (4, 6, 1), unread: [0]),
            ["3x4x4 -> 3x4x4", "3x4x4 -> 4x4x4"]),
        ["average"] = (net => net.Gemm(net.Move("Flatten", [net.Node("GlobalAveragePool", [net.Node("AveragePool", [net.Conv(
            net.Input(1, 3, 6, 6), (6, 3, 1), dead: [1, 4])], ("kernel_shape", new[] { 2, 2 }))])]), 3, 6),
            ["3x6x6 -> 4x6x6", "4x1x1 -> 3"]),

        // Hidden units are channels: of a sequence, of a last state, and of the layer's own recurrence.
        ["units that stay zero of an LSTM"] = (net => net.Gemm(net.Recurrent("LSTM", net.Input(5, 1, 4), 4, 6, still: [1, 4]), 3, 6),
            ["5x4 -> 5x4", "4 -> 3"]),
        ["units that stay zero of a GRU"] = (net => net.Gemm(net.Recurrent("GRU", net.Input(5, 1, 4), 4, 6, still: [0, 5]), 3, 6),
            ["5x4 -> 5x4", "4 -> 3"]),
        ["units that stay zero of a simple cell"] = (net => net.Gemm(net.Recurrent("RNN", net.Input(5, 1, 4), 4, 6, still: [3]), 3, 6),
            ["5x4 -> 5x5", "5 -> 3"]),
        ["units that stay zero behind a late reset"] = (net => net.Gemm(net.Recurrent("GRU", net.Input(5, 1, 4), 4, 6, still: [0, 5],
            attributes: [("linear_before_reset", 1)]), 3, 6), ["5x4 -> 5x4", "4 -> 3"]),
        ["units that stay zero backwards"] = (net => net.Gemm(net.Recurrent("LSTM", net.Input(5, 1, 4), 4, 6, still: [2],
            attributes: [("direction", "reverse")]), 3, 6), ["5x4 -> 5x5", "5 -> 3"]),
        ["units whose function is not zero at zero"] = (net => net.Gemm(net.Recurrent("LSTM", net.Input(5, 1, 4), 4, 6, still: [2],
            attributes: [("activations", new[] { "Sigmoid", "Softplus", "Tanh" })]), 3, 6), ["5x4 -> 5x6", "6 -> 3"]),
        ["units with a state"] = (net => net.Gemm(net.Recurrent("GRU", net.Input(5, 1, 4), 4, 6, still: [2], hasState: true), 3, 6),
            ["5x4 -> 5x6", "6 -> 3"]),
        ["units with biases"] = (net => net.Gemm(net.Recurrent("LSTM", net.Input(5, 1, 4), 4, 6, still: [1, 4], hasBias: true), 3, 6),
            ["5x4 -> 5x6", "6 -> 3"]),
        ["units that nothing reads"] = (net => net.Gemm(net.Recurrent("GRU", net.Input(5, 1, 4), 4, 6, alone: [0, 2]), 3, 6, unread: [2, 3]),
            ["5x4 -> 5x5", "5 -> 3"]),
        ["stacked"] = (net => net.Gemm(net.Recurrent("GRU", net.Recurrent("LSTM", net.Input(5, 1, 4), 4, 6, still: [1], isSequence: true,
            alone: [5]), 6, 8, still: [7], unread: [2, 5]), 3, 8), ["5x4 -> 5x4", "5x4 -> 5x7", "7 -> 3"]),

        // What must stay: what mixes channels, what is an output, and one channel of each layer.
        ["softmax"] = (net => net.Conv(net.Node("Softmax", [net.Conv(net.Input(1, 3, 4, 4), (4, 3, 1), dead: [1])], ("axis", 1)), (2, 4, 1),
            unread: [0]), ["3x4x4 -> 4x4x4", "4x4x4 -> 2x4x4"]),
        ["grouped"] = (net => net.Conv(net.Conv(net.Input(1, 3, 4, 4), (4, 3, 1), dead: [1]), (4, 2, 1), groups: 2),
            ["3x4x4 -> 4x4x4", "4x4x4 -> 4x4x4"]),
        ["output"] = (net => net.Conv(net.Input(1, 3, 4, 4), (4, 3, 1), dead: [1]), ["3x4x4 -> 4x4x4"]),
        ["all"] = (net => net.Conv(net.Conv(net.Input(1, 3, 4, 4), (4, 3, 1), dead: [0, 1, 2, 3]), (2, 4, 1)),
            ["3x4x4 -> 1x4x4", "1x4x4 -> 2x4x4"]),
    };

    public static TheoryData<string, bool, Profile> Rows()
    {
        TheoryData<string, bool, Profile> rows = [];
        foreach (string name in Cases.Keys)
            foreach (bool isQuantized in new[] { false, true })
                foreach (Profile profile in new[] { Profile.Modern, Profile.Portable }) rows.Add(name, isQuantized, profile);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void DeadChannelsGoAndNoOthers(string name, bool isQuantized, Profile profile)
    {
        var network = new PrunedNetwork(isQuantized);
        ModelReport report = Check(network, Cases[name].Write(network), profile);
        Assert.Equal(Cases[name].Shapes, report.Layers.Where(layer => layer.Weights > 0).Select(layer => InShort(layer.Shape)));
    }

    // Without the last states of recurrent layers, what is added to a result, and a batch of one.
    private static string InShort(string shape) => Regex.Replace(Regex.Replace(shape, "(, [0-9]+)+$", ""), ", [0-9x]+ ->", " ->").Replace("5x1x4", "5x4", StringComparison.Ordinal);

    public static TheoryData<int, bool> Seeds()
    {
        TheoryData<int, bool> rows = [];
        for (int seed = 0; seed < 10; seed++)
            foreach (bool isQuantized in new[] { false, true }) rows.Add(seed, isQuantized);
        return rows;
    }

    /// <summary>Any network of convolutions, branches and pooling with any channels dead.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomNetworksKeepTheirNumbers(int seed, bool isQuantized)
    {
        var network = new PrunedNetwork(isQuantized);
        Check(network, RandomNetwork.Write(network, new Random(seed)), seed % 2 == 0 ? Profile.Modern : Profile.Portable);
    }

    [Fact]
    public void FiguresOfTheModelStay()
    {
        var network = new PrunedNetwork(isQuantized: true);
        (byte[] file, _) = network.Build(Cases["chain"].Write(network));
        ModelReport with = ModelCompiler.Compile(file, "pruned.onnx", Options(Profile.Modern)).Report;
        ModelReport without = ModelCompiler.Compile(file, "pruned.onnx", Options(Profile.Modern, isSkipped: true)).Report;
        Assert.Equal((without.Weights, without.DenseMultiplyAccumulates), (with.Weights, with.DenseMultiplyAccumulates));
        Assert.Equal(without.NeuronsByBits.Sum(), with.NeuronsByBits.Sum());
        Assert.True(with.MultiplyAccumulates < without.MultiplyAccumulates);
        Assert.True(with.WeightBytes < without.WeightBytes);
        Assert.EndsWith("; 2 of 5 outputs and 2 of 6 inputs are dead and left out", with.Layers[1].Reason, StringComparison.Ordinal);
    }

    /// <summary>Integers that weights of float32 layers were dequantized from are taken out with their scales.</summary>
    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void IntegerWeightsOfFloatLayersStayIntegers(Profile profile)
    {
        var network = new PrunedNetwork(isQuantized: false, hasIntegerWeights: true);
        string hidden = network.Gemm(network.Input(1, 64), 48, 64, dead: [2, 5], then: "Tanh");
        ModelReport report = Check(network, network.Gemm(hidden, 32, 48, unread: [7]), profile, Optimization.Size);
        Assert.Equal(["64 -> 45", "45 -> 32"], report.Layers.Where(layer => layer.Weights > 0).Select(layer => layer.Shape));
        Assert.InRange(report.WeightBytes, 1, 2 * 45 * 64 + 1000);
    }

    /// <summary>Visual wake words as MLPerf Tiny ships it: 82.8 % of its weights are zero, in whole channels.</summary>
    [SharedDataTheory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void VisualWakeWordsBecomesDense(Profile profile)
    {
        ReferenceModelCase found = ReferenceModelCase.Find("mlperf-tiny/vww_96_int8_qdq.onnx");
        using CompiledTestModel with = CompiledTestModel.Compile(found.Model, "vww.onnx", Options(profile));
        using CompiledTestModel without = CompiledTestModel.Compile(found.Model, "vww.onnx", Options(profile, isSkipped: true));
        NpyArray inputs = found.Inputs;
        for (int n = 0; n < inputs.Dims[0]; n++)
        {
            ReferenceTensor x = found.Sample(inputs, n);
            Assert.Equal(without.Run(x).Values.First().Floats, with.Run(x).Values.First().Floats);
        }

        Assert.Equal(208_112, with.Info.Weights);
        Assert.InRange(with.Info.WeightBytes, 1, without.Info.WeightBytes * 6 / 10);
        ModelReport report = ModelCompiler.Compile(found.Model, "vww.onnx", Options(profile)).Report;
        Assert.DoesNotContain(report.Layers, layer => layer.Kernel.StartsWith("sparse", StringComparison.Ordinal));
    }

    // With and without the pass, both against the reference: integers to the bit, floats within rounding.
    private static ModelReport Check(
        PrunedNetwork network, string output, Profile profile, Optimization goal = Optimization.Balanced)
    {
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = network.Build(output);
        foreach (CompileOptions options in new[] { Options(profile), Options(profile, isSkipped: true) })
        {
            using CompiledTestModel compiled = CompiledTestModel.Compile(file, "pruned.onnx", options with { Optimize = goal });
            foreach ((string name, ReferenceTensor actual) in compiled.Run([.. network.Case.Inputs.Values]))
            {
                double tolerance = actual.IsFloat ? 1e-5 : 0;
                Assert.Null(TensorComparison.Difference(actual, expected[name], tolerance, tolerance));
            }
        }

        return ModelCompiler.Compile(file, "pruned.onnx", Options(profile) with { Optimize = goal }).Report;
    }

    private static CompileOptions Options(Profile profile, bool isSkipped = false) => new()
    {
        Namespace = "Compiled",
        Profile = profile,
        SkippedPasses = isSkipped ? new EquatableArray<string>([nameof(RemoveDeadChannels)]) : default,
    };
}
