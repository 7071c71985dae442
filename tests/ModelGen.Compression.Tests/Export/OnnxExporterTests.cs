using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Tests.Support;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Compression.Tests.Export;

/// <summary>What is in the file: versions, names, metadata, the forms of constants.</summary>
public class OnnxExporterTests
{
    [Fact]
    public void OldReadersAreServedWhereNothingNeedsMore()
    {
        ModelProto model = Parse(OnnxExporter.Export(Networks.LeNet(0), new ExportOptions()));
        Assert.Equal((8, 13, "modelgen"), (model.IrVersion, model.OpsetImport.Single().Version, model.ProducerName));
        RandomNetwork n = new();
        ModelProto newer = Parse(OnnxExporter.Export(n.Build(n.Unary(UnaryFunction.Mish, n.Input(1, 4))), new ExportOptions()));
        Assert.Equal((10, 21), (newer.IrVersion, newer.OpsetImport.Single().Version));
    }

    [Fact]
    public void MetadataIsSortedAndKeepsTheLabels()
    {
        var builder = new GraphBuilder(new ModelMetadata("n", "text", "", 13, new(["cat", "dog, small"])));
        Value x = builder.AddInput("x", new TensorType(ElementType.Float32, new Shape(1, 2)));
        ModelGraph graph = builder.Build([new GraphOutput("y", builder.Add(new Unary(UnaryFunction.Exp), "y", x))]);
        ExportOptions options = new() { Metadata = new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" } };
        ModelProto model = Parse(OnnxExporter.Export(graph, options));
        Assert.Equal(["a=2", "labels=cat\ndog, small", "z=1"], model.MetadataProps.Select(entry => $"{entry.Key}={entry.Value}"));
        Assert.Equal("text", model.DocString);
    }

    [Fact]
    public void NamesAreUniqueAndThoseOfInputsAndOutputsKept()
    {
        var builder = new GraphBuilder(new ModelMetadata("", "", "", 13, default));
        Value x = builder.AddInput("x", new TensorType(ElementType.Float32, new Shape(1, 2)));
        Value first = builder.Add(new Unary(UnaryFunction.Exp), "same", x);
        Value second = builder.Add(new Unary(UnaryFunction.Sin), "same", first);
        GraphOutput[] outputs = [new("y", second), new("again", second), new("given", x)];
        ModelProto model = Parse(OnnxExporter.Export(builder.Build(outputs), new ExportOptions()));
        string[] results = model.Graph.Node.SelectMany(node => node.Output).ToArray();
        Assert.Equal(results.Length, results.Distinct().Count());
        Assert.Equal(model.Graph.Node.Count, model.Graph.Node.Select(node => node.Name).Distinct().Count());
        Assert.Equal(["y", "again", "given"], model.Graph.Output.Select(output => output.Name));
        Assert.Equal("x", model.Graph.Input.Single().Name);
        Assert.All(model.Graph.Output, output => Assert.Contains(output.Name, results));
    }

    [Fact]
    public void AFusedNodeIsAProgrammingError()
    {
        RandomNetwork n = new();
        Operator fused = new Binary(BinaryFunction.Add) { Activation = Activation.Relu };
        ModelGraph graph = n.Build(n.Add(fused, n.Input(1, 2), n.Constant("c", [2], 1)));
        Assert.Throws<InvalidOperationException>(() => OnnxExporter.Export(graph, new ExportOptions()));
    }

    [Theory]
    [InlineData(0.95)]
    [InlineData(0.5)]
    public void SparseConstantsAreWrittenSparseWhereThatIsSmaller(double sparsity)
    {
        ModelGraph graph = Networks.LeNet(sparsity);
        byte[] dense = OnnxExporter.Export(graph, new ExportOptions());
        byte[] sparse = OnnxExporter.Export(graph, new ExportOptions { SparseInitializers = true });
        ModelProto model = Parse(sparse);
        if (sparsity > 0.9) Assert.True(sparse.Length < dense.Length / 2 && model.Graph.SparseInitializer.Count > 0);
        else Assert.Empty(model.Graph.SparseInitializer);
        AssertSame(graph, dense, sparse);
    }

    [Fact]
    public void SparseIntegersAreReadBack()
    {
        ModelGraph graph = Networks.Recurrent(RecurrentCell.Lstm, 0.95);
        ModelGraph quantized = MinMaxQuantizer.Quantize(graph, Samples.Of(graph.Inputs[0].Shape, 5));
        byte[] sparse = OnnxExporter.Export(quantized, new ExportOptions { SparseInitializers = true });
        Assert.Contains(Parse(sparse).Graph.SparseInitializer, tensor => tensor.Values.DataType == (int)OnnxDataType.Int8);
        AssertSame(graph, OnnxExporter.Export(quantized, new ExportOptions()), sparse);
    }

    [Fact]
    public void LowBitConstantsAreWrittenInFourBits()
    {
        ModelGraph graph = Networks.ResNet(0);
        ModelGraph quantized = MinMaxQuantizer.Quantize(graph, Samples.Of(graph.Inputs[0].Shape, 5), bits: 4);
        byte[] wide = OnnxExporter.Export(quantized, new ExportOptions());
        byte[] low = OnnxExporter.Export(quantized, new ExportOptions { LowBitTypes = true });
        Assert.DoesNotContain(Parse(wide).Graph.Initializer, tensor => tensor.DataType == (int)OnnxDataType.Int4);
        TensorProto[] weights = Parse(low).Graph.Initializer
            .Where(tensor => tensor.DataType == (int)OnnxDataType.Int4 && tensor.Dims.Count > 1).ToArray();
        Assert.Equal(graph.Nodes.Count(node => node.Operator is Convolution or FullyConnected), weights.Length);
        Assert.All(weights, tensor => Assert.Equal((tensor.Dims.Aggregate(1L, (a, b) => a * b) + 1) / 2, tensor.RawData.Length));
        Assert.Equal(21, Parse(low).OpsetImport.Single().Version);
        AssertSame(graph, wide, low);
    }

    [Fact]
    public void RecurrentWeightsHaveTheAxisOfDirections()
    {
        ModelGraph graph = Networks.Recurrent(RecurrentCell.Lstm, 0);
        ModelGraph quantized = MinMaxQuantizer.Quantize(graph, Samples.Of(graph.Inputs[0].Shape, 5));
        ModelProto model = Parse(OnnxExporter.Export(quantized, new ExportOptions()));
        NodeProto layer = model.Graph.Node.Single(node => node.OpType == "LSTM");
        NodeProto weights = model.Graph.Node.Single(node => node.Output.Contains(layer.Input[1]));
        Assert.Equal(("DequantizeLinear", 1), (weights.OpType, weights.Attribute.Single(attribute => attribute.Name == "axis").I));
        Assert.Equal([1, 64, 6], model.Graph.Initializer.Single(tensor => tensor.Name == weights.Input[0]).Dims);
    }

    private static ModelProto Parse(byte[] file) => ModelProto.Parser.ParseFrom(file);

    private static void AssertSame(ModelGraph graph, byte[] expected, byte[] actual)
    {
        using CompiledTestModel before = CompiledTestModel.Compile(expected, "a.onnx", Profile.Modern);
        using CompiledTestModel after = CompiledTestModel.Compile(actual, "b.onnx", Profile.Modern);
        foreach (ReferenceTensor sample in Samples.Of(graph.Inputs[0].Shape, 3))
            Assert.Equal(before.Run(sample).Values.Single().Floats, after.Run(sample).Values.Single().Floats);
    }
}
