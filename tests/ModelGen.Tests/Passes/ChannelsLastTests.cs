using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Tests.Passes;

/// <summary>Which layers get their channels last, and what is transposed for it.</summary>
public class ChannelsLastTests
{
    private const string Kernel = "dense over channels";

    [Fact]
    public void AChainIsTransposedAtItsEndsOnly()
    {
        IReadOnlyList<LayerReport> layers = Compile(FloatCases.All["conv channels last, chain"]());
        Assert.Equal(3, layers.Count(layer => layer.Kernel.StartsWith(Kernel, StringComparison.Ordinal)));

        // The input, the sum that is an output, and what the pooling reads.
        Assert.Equal(3, layers.Count(layer => layer.Operation == "transpose"));
    }

    [Fact]
    public void WhatIsGivenLastIsNotTransposed()
    {
        LayerReport layer = Assert.Single(Compile(FloatCases.All["conv channels last, given last"]()));
        Assert.StartsWith(Kernel, layer.Kernel, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv channels last")]
    [InlineData("conv channels last, batch")]
    [InlineData("conv channels last, dilated")]
    [InlineData("conv channels last, one pixel")]
    public void TheCaseIsWhatItsNameSays(string name) =>
        Assert.Contains(Compile(FloatCases.All[name]()), layer => layer.Kernel.StartsWith(Kernel, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedCasesAreWhatTheirNamesSay(string name)
    {
        string kernel = name.Contains("sparse", StringComparison.Ordinal) ? "sparse over channels" : Kernel;
        Assert.Contains(Compile(QuantizedCases.All[name]()), layer => layer.Kernel.StartsWith(kernel, StringComparison.Ordinal));
    }

    [Fact]
    public void WeightsOfFewBitsStayPackedUnlessSpeedCounts()
    {
        OperatorCase model = new OperatorCase(21).Quantized("x", [1, 32, 9, 9], 0.02f, -3).QuantizedWeights("w", [32, 32, 3, 3], type: DataType.Int4)
            .Node("Conv", ["x", "w"], ["y"], ("pads", new[] { 1, 1, 1, 1 })).QuantizedOutput("y", 0.05f, 2);
        Assert.Equal(0, Last(Optimization.Size) + Last(Optimization.Balanced));
        int Last(Optimization optimize) => ModelCompiler.Compile(model.Build().File, "case.onnx", new CompileOptions { Optimize = optimize }).Report.Layers
            .Count(layer => layer.Kernel.StartsWith(Kernel, StringComparison.Ordinal));
    }

    /// <summary>Integers are the same bits in either order, and so is what a caller hands in and gets.</summary>
    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void IntegersAreTheSameWithoutThePass(string name)
    {
        OperatorCase model = QuantizedCases.All[name]();
        CompileOptions options = new() { Namespace = "Compiled" }, without = options with { SkippedPasses = new EquatableArray<string>(["ChannelsLast"]) };
        byte[] file = model.Build().File;
        using CompiledTestModel last = CompiledTestModel.Compile(file, "last.onnx", options), first = CompiledTestModel.Compile(file, "first.onnx", without);
        IReadOnlyDictionary<string, ReferenceTensor> expected = first.Run(model.Inputs.Values.ToArray()), actual = last.Run(model.Inputs.Values.ToArray());
        foreach (string output in model.Outputs) Assert.Equal(expected[output].Integers, actual[output].Integers);
    }

    [Fact]
    public void TheFormsOfRunDoNotDependOnThePass()
    {
        OperatorCase model = new OperatorCase().Input("x", [1, 6, 6, 16]).QuantizedWeights("w", [16, 16, 3, 3])
            .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Requantized("t", 0.02f, 3)
            .Node("Conv", ["t_d", "w"], ["c"]).Requantized("c", 0.1f, 3).Output("c_d");
        CompileOptions options = new() { Namespace = "Compiled" }, without = options with { SkippedPasses = new EquatableArray<string>(["ChannelsLast"]) };
        Assert.Equal(Runs(without), Runs(options));
        string[] Runs(CompileOptions chosen) => [.. ModelCompiler.Compile(model.Build().File, "case.onnx", chosen).Source.Split('\n')
            .Where(line => line.Contains("public void Run(", StringComparison.Ordinal))];
    }

    public static TheoryData<string> QuantizedNames() =>
        SharedModels.Rows(QuantizedCases.ChannelsLastNames);

    [Theory]
    [InlineData(16, 1, 24, 3)] // 3 outputs fill no vector
    [InlineData(16, 1, 24, 16)] // little work for what would be transposed
    public void OtherLayersStayAsTheyAre(int inputs, int kernel, int size, int outputs)
    {
        OperatorCase model = new OperatorCase().Input("x", [1, inputs, size, size]).Weights("w", [outputs, inputs, kernel, kernel])
            .Node("Conv", ["x", "w"], ["c"]).Node("Conv", ["c", "v"], ["y"], ("group", outputs)).Output("y")
            .Weights("v", [outputs, 1, 1, 1]);
        Assert.DoesNotContain(Compile(model), layer => layer.Operation == "transpose");
    }

    /// <summary>A padded input far larger than the input is never laid out.</summary>
    [Fact]
    public void MuchPaddingStaysAsItIs()
    {
        OperatorCase model = new OperatorCase().Input("x", [1, 1, 1, 16]).Weights("w", [16, 16, 1, 1])
            .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 }))
            .Node("Conv", ["t", "w"], ["y"], ("strides", new[] { 6000, 6000 }), ("pads", new[] { 4000, 4000, 4000, 4000 })).Output("y");
        IReadOnlyList<LayerReport> layers = Compile(model);
        Assert.Contains(layers, layer => layer.Kernel.StartsWith("dense over pixels", StringComparison.Ordinal));
        Assert.All(layers, layer => Assert.InRange(layer.ScratchBytes, 0, 1 << 20));
    }

    [Fact]
    public void SparseLayersStayAsTheyAre()
    {
        OperatorCase model = new OperatorCase().Input("x", [1, 32, 8, 8]);
        var random = new Random(3);
        model.Model.AddInitializer("w", [32, 32, 3, 3], Enumerable.Range(0, 32 * 32 * 9).Select(_ => random.NextDouble() < 0.2 ? 1f : 0f).ToArray());
        Assert.StartsWith("sparse", Assert.Single(Compile(model.Node("Conv", ["x", "w"], ["y"]).Output("y"))).Kernel, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 0.1, "sparse over pixels")]
    [InlineData(16, 0.4, "dense over channels")]
    [InlineData(5, 0.05, "sparse over channels")]
    public void SparseWindowsOfIntegersTakeTheFasterOrder(int size, double density, string kernel)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [1, 32, size, size], 0.02f, 4, DataType.UInt8).QuantizedWeights("w", [32, 32, 3, 3], density: density)
            .Node("Conv", ["x", "w"], ["y"], ("pads", new[] { 1, 1, 1, 1 })).QuantizedOutput("y", 0.4f, 3, DataType.UInt8);
        Assert.Contains(Compile(model), layer => layer.Kernel.StartsWith(kernel, StringComparison.Ordinal));
    }

    private static IReadOnlyList<LayerReport> Compile(OperatorCase model) =>
        ModelCompiler.Compile(model.Build().File, "case.onnx", new CompileOptions()).Report.Layers;
}
