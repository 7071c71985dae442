using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Tests.Export;
using ModelGen.Compression.Tests.Support;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Quantize;

/// <summary>Quantized models become float models that answer the same, or are refused with the reason.</summary>
public class StripQuantizationTests
{
    public static TheoryData<string> Names() => SharedModels.Rows(Networks.All.Keys);

    /// <summary>Models whose quantized form leaves out the Relu that the range of the result implies are among them.</summary>
    [SharedDataTheory]
    [InlineData("mlperf-tiny/kws_int8_qdq.onnx")]
    [InlineData("mlperf-tiny/str_ww_int8_qdq.onnx")]
    [InlineData("mlperf-tiny/vww_96_int8_qdq.onnx")]
    [InlineData("mlperf-tiny/resnet8_int8_qdq.onnx")]
    [InlineData("mnist/lenet5_int8_qdq.onnx")]
    [InlineData("mnist/lenet5_sparse_int8_qdq.onnx")]
    [InlineData("mnist/lenet_300_100_sparse_int8_qdq.onnx")]
    [InlineData("trash/trash_mobilenet96_int8_qdq.onnx")]
    [InlineData("har/har_tcn_int8_qdq.onnx")]
    public void SharedModelsKeepTheirAnswers(string file)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        ModelGraph? stripped = StripQuantization.Run(OnnxImporter.Import(found.Model, new CompileOptions()), out string? reason);
        Assert.Null(reason);
        Assert.DoesNotContain(stripped!.Nodes, node => node.Operator is Dequantize or Graph.Operators.Quantize);
        using CompiledTestModel model = CompiledTestModel.Compile(Graphs.Write(Graphs.Simplified(stripped)), file, Profile.Modern);
        NpyArray inputs = found.Inputs;

        // The official integers of ResNet-8 differ from its float form on 3 of these 32 images; stripped of them it is that form again.
        NpyArray expected = file.Contains("resnet8", StringComparison.Ordinal)
            ? ReferenceModelCase.Find("mlperf-tiny/resnet8_fp32.onnx").Expected : found.Expected;
        int same = 0, clear = 0;
        for (int n = 0; n < inputs.Dims[0]; n++)
        {
            double[] e = expected.Sample(n), y = model.Run(found.Sample(inputs, n)).Values.First().Floats;

            // Where it is open which class is first, rounded weights may say either.
            double[] ordered = [.. e.OrderDescending()];
            if (ordered[0] - ordered[1] < 0.1 * (ordered[0] - ordered[^1])) continue;
            clear++;
            if (Array.IndexOf(y, y.Max()) == Array.IndexOf(e, e.Max())) same++;
        }

        Assert.True(clear > 0 && same >= 0.96 * clear, $"{same} of {clear}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void UndoesInsertQuantization(string name)
    {
        ModelGraph graph = Networks.All[name](0);
        ModelGraph quantized = MinMaxQuantizer.Quantize(graph, Samples.Of(graph.Inputs[0].Shape, 5));
        ModelGraph stripped = StripQuantization.Run(quantized, out string? reason)!;
        Assert.Null(reason);
        Assert.Equal(Kinds(graph), Kinds(Graphs.Simplified(stripped)));
    }

    [Fact]
    public void AZeroPointAtTheEndOfTheRangeIsARelu()
    {
        RandomNetwork n = new();
        Value x = n.Input(1, 4);
        Value pair = n.Add(new Dequantize(new Quantization(0.1f, -128)),
            n.Add(new Graph.Operators.Quantize(ElementType.Int8, new Quantization(0.1f, -128), IntegerRange.Of(ElementType.Int8)),
                n.FullyConnected(x, 4)));
        ModelGraph stripped = StripQuantization.Run(n.Build(n.FullyConnected(pair, 2)), out _)!;
        Unary relu = Assert.Single(stripped.Nodes.Select(node => node.Operator).OfType<Unary>());
        Assert.Equal((UnaryFunction.Clip, 0f, float.PositiveInfinity), (relu.Function, relu.Alpha, relu.Beta));
    }

    [Fact]
    public void AFloatGraphStaysAsItIs()
    {
        ModelGraph graph = Networks.ResNet(0);
        ModelGraph stripped = StripQuantization.Run(graph, out string? reason)!;
        Assert.Null(reason);
        Assert.Equal(graph.Nodes, stripped.Nodes);
    }

    [Fact]
    public void IntegersThatAreComputedWithAreRefused()
    {
        OperatorCase model = new OperatorCase().Input("x", [1, 4]);
        model.Model.AddInitializer("s", [], 0.1f).AddInitializer("z", [], (sbyte)0)
            .AddNode("QuantizeLinear", ["x", "s", "z"], ["q"]).AddNode("Cast", ["q"], ["y"], ("to", 1));
        Refused(model.Output("y"), "Cast_1");
    }

    [Fact]
    public void IntegerInputsAndOutputsAreRefused()
    {
        Refused(new OperatorCase().Quantized("x", [1, 4], 0.1f, 0).Node("Exp", ["x"], ["y"]).Output("y"), "\"x_q\"");
        Refused(new OperatorCase().Input("x", [1, 4]).Node("Exp", ["x"], ["y"]).QuantizedOutput("y", 0.1f, 0), "\"y_out\"");
    }

    private static void Refused(OperatorCase model, string named)
    {
        Assert.Null(StripQuantization.Run(OnnxImporter.Import(model.Build().File, new CompileOptions()), out string? reason));
        Assert.Contains(named, reason, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Kinds(ModelGraph graph) => graph.Nodes.Select(node => node.Operator.Kind);
}
