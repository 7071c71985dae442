using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using Xunit;

namespace ModelGen.Tests.Operators;

/// <summary>Small models compiled in both profiles against the reference: integers bit for bit, floats within rounding.</summary>
public class OperatorTests
{
    private const string Detour = "computed in float32 between integer tensors";

    public static TheoryData<string> FusionNames() => SharedModels.Rows(FusionCases.All.Keys);

    public static TheoryData<string, Profile> QuantizedNames() => SharedModels.RowsWithProfiles(QuantizedCases.All.Keys);

    public static TheoryData<string, Profile> FloatNames() => SharedModels.RowsWithProfiles(FloatCases.All.Keys);

    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedOperatorEqualsTheReference(string name, Profile profile) => Check(QuantizedCases.All[name](), profile);

    [Theory]
    [MemberData(nameof(FloatNames))]
    public void FloatOperatorMatchesTheReference(string name, Profile profile) => Check(FloatCases.All[name](), profile);

    /// <summary>Every case of an integer rule is computed on integers, not in float32 with the same result by luck.</summary>
    [Theory]
    [MemberData(nameof(FusionNames))]
    public void QuantizedOperatorsLeaveNoFloatLayer(string name)
    {
        ModelReport report = ModelCompiler.Compile(FusionCases.All[name]().Build().File, "case.onnx", new CompileOptions()).Report;
        Assert.DoesNotContain(report.Layers, layer => layer.Reason.Contains(Detour, StringComparison.Ordinal)
            || layer.Operation is "quantize" or "dequantize");
        Assert.NotEmpty(report.Layers);
    }

    [Fact]
    public void AFactorOfGemmKeepsWeightsSparse()
    {
        foreach (string name in new[] { "gemm alpha and beta", "gemm alpha, beta and a stored bias", "gemm negative alpha" })
        {
            LayerReport layer = Assert.Single(ModelCompiler.Compile(FusionCases.All[name]().Build().File, "case.onnx",
                new CompileOptions()).Report.Layers);
            Assert.Equal(("fully_connected", 8, 23L * 40), (layer.Operation, layer.Bits, layer.Weights));
            Assert.True(layer.NonZeroWeights < layer.Weights / 2);
        }

        OperatorCase real = new OperatorCase().Input("x", [2, 40]).Weights("w", [23, 40])
            .Node("Gemm", ["x", "w"], ["y"], ("transB", 1), ("alpha", 0.5f)).Output("y");
        Assert.Equal(23 * 40,
            Assert.Single(ModelCompiler.Compile(real.Build().File, "case.onnx", new CompileOptions()).Report.Layers).Weights);
    }

    /// <summary>Looking back through a value that is read twice at every step must not take twice as long at every step.</summary>
    [Theory]
    [InlineData("Max", 500)]
    [InlineData("Add", 500)]
    [InlineData("Mul", 500)]
    [InlineData("Relu", 5000)]
    public void LongChainsCompile(string type, int length)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [1, 4], 0.02f, 0);
        string last = "x";
        for (int i = 0; i < length; i++)
        {
            string next = "v" + i.ToString(CultureInfo.InvariantCulture);
            model.Node(type, type == "Relu" ? [last] : [last, last], [next]);
            last = next;
        }

        model.Model.AddQuantizeDequantize(last, 0.02f, 0).AddOutput(last + "_q", DataType.Int8, 1, 4);
        Assert.NotEmpty(ModelCompiler.Compile(model.Model.Build(), "case.onnx", new CompileOptions()).Report.Layers);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void AFloatLayerBetweenIntegersSaysSo(Profile profile)
    {
        OperatorCase model = new OperatorCase()
            .Quantized("a", [1, 40], 0.02f, 0).Quantized("b", [1, 40], 0.02f, -128).Node("Div", ["a", "b"], ["d"])
                .Node("Exp", ["d"], ["y"]).QuantizedOutput("y", 0.05f, -128);
        CompiledModel compiled = ModelCompiler.Compile(model.Build().File, "case.onnx", new CompileOptions { Profile = profile });
        string[] detours = compiled.Report.Layers.Where(layer => layer.Reason.Contains(Detour, StringComparison.Ordinal))
            .Select(layer => layer.Operation).ToArray();
        Assert.Equal(["divide", "exp"], detours);
        Assert.Contains(Detour, compiled.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void AClassMayLieInTheGlobalNamespace(Profile profile) => Check(FloatCases.All["conv relu"](), profile, "");

    /// <summary>Compiles a case, runs it and compares its outputs with the reference.</summary>
    internal static void Check(OperatorCase model, Profile profile, string space = "Compiled")
    {
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        using CompiledTestModel compiled = CompiledTestModel.Compile(file, "case.onnx",
            new CompileOptions { Profile = profile, Namespace = space });
        IReadOnlyDictionary<string, ReferenceTensor> actual = compiled.Run(model.Inputs.Values.ToArray());
        foreach (string output in model.Outputs)
        {
            string? difference = TensorComparison.Difference(actual[output], expected[output], rtol: 1e-4, atol: 1e-5);
            bool isInteger = !expected[output].IsFloat;
            if (isInteger) difference = TensorComparison.Difference(actual[output], expected[output], rtol: 0, atol: 0);
            Assert.True(difference == null, $"{output}: {difference}");
        }
    }
}
