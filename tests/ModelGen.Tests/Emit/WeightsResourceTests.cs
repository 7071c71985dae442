using System;
using System.Collections.Generic;
using ModelGen.Compiler;
using ModelGen.Compression;
using ModelGen.Compression.Execution;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using Xunit;

namespace ModelGen.Tests.Emit;

/// <summary>Weights too many for C# source lie in a resource of the assembly.</summary>
public sealed class WeightsResourceTests
{
    private static readonly CompileOptions Options = new() { Namespace = "Compiled", WeightsResource = "the \"weights\"" };

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void NumbersAreTheSameAsWithWeightsInTheSource(Profile profile)
    {
        // Floats and integers: the odd number of the first puts padding between them.
        OperatorCase model = new OperatorCase().Input("x", [1, 301]).Weights("w", [301, 301]).Node("MatMul", ["x", "w"], ["m"])
            .Requantized("m", 0.5f, 3).QuantizedWeights("v", [64, 301]).Node("Gemm", ["m_d", "v"], ["y"], ("transB", 1)).Output("y");
        byte[] file = model.Build().File;
        CompileOptions options = Options with { Profile = profile };
        CompiledModel compiled = ModelCompiler.Compile(file, "large.onnx", options);
        Assert.True(compiled.Resource!.Bytes.Length > 301 * 301 * sizeof(float));
        string whole = ModelCompiler.Compile(file, "large.onnx", options with { WeightsResource = "" }).Source;
        Assert.True(compiled.Source.Length < whole.Length - compiled.Resource.Bytes.Length);
        using CompiledTestModel inResource = CompiledTestModel.Compile(file, "large.onnx", options);
        using CompiledTestModel inSource = CompiledTestModel.Compile(file, "large.onnx", options with { WeightsResource = "" });
        ReferenceTensor[] inputs = [.. model.Inputs.Values];
        IReadOnlyDictionary<string, ReferenceTensor> expected = inSource.Run(inputs);
        Assert.Null(TensorComparison.Difference(inResource.Run(inputs)["y"], expected["y"], 0, 0));
        Assert.Equal(0, inResource.AllocatedBytesPerRun());
    }

    [Fact]
    public void FewWeightsStayInTheSource()
    {
        byte[] file = new OperatorCase().Input("x", [1, 200]).Weights("w", [200, 200]).Node("MatMul", ["x", "w"], ["y"]).Output("y").Build().File;
        CompiledModel compiled = ModelCompiler.Compile(file, "small.onnx", Options);
        Assert.Null(compiled.Resource);
        Assert.Equal(ModelCompiler.Compile(file, "small.onnx", Options with { WeightsResource = "" }).Source, compiled.Source);
    }

    [Fact]
    public void WeightsOfAnotherBuildAreRefused()
    {
        CompiledModel first = Compile(seed: 1), second = Compile(seed: 2);
        foreach (EmbeddedWeights? wrong in (EmbeddedWeights?[])[null, second.Resource, second.Resource! with { Bytes = [1, 2, 3] }])
        {
            using LoadedModel? loaded = TryLoad(first with { Resource = wrong }, out string message);
            Assert.Contains("rebuild the project", message, StringComparison.Ordinal);
        }

        using LoadedModel good = ModelLoader.Load(first, "large.onnx");
        good.Model.Run(new byte[good.Model.Info.InputBytes], new byte[good.Model.Info.OutputBytes]);
    }

    private static LoadedModel? TryLoad(CompiledModel model, out string message)
    {
        LoadedModel? loaded = null;
        Exception error = Assert.ThrowsAny<Exception>(() =>
        {
            loaded = ModelLoader.Load(model, "large.onnx");
            loaded.Model.Run(new byte[loaded.Model.Info.InputBytes], new byte[loaded.Model.Info.OutputBytes]);
        });
        message = error.GetBaseException().Message;
        return loaded;
    }

    private static CompiledModel Compile(int seed) => ModelCompiler.Compile(
        new OperatorCase().Input("x", [1, 300]).Weights("w", [300, 300], -seed, seed).Node("MatMul", ["x", "w"], ["y"]).Output("y").Build().File,
        "large.onnx", Options);
}
