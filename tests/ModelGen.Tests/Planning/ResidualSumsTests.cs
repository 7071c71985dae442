using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Planning;

/// <summary>Which sums become part of the convolution before them; that they are right, the cases of the operators show.</summary>
public class ResidualSumsTests
{
    [Theory]
    [InlineData("conv plus its input", 0)]
    [InlineData("conv plus its input, batch", 0)]
    [InlineData("conv plus another", 0)]
    [InlineData("conv plus a later layer", 0)]
    [InlineData("conv plus its input, clamped", 1)]
    [InlineData("conv plus a channel", 1)]
    [InlineData("conv plus itself", 1)]
    [InlineData("conv that is an output, plus its input", 1)]
    public void SumsAreFusedWhereTheyCanBe(string name, int sums)
    {
        byte[] file = FloatCases.All[name]().Build().File;
        Assert.Equal(sums, Sums(file, Profile.Modern));
        Assert.Equal(1, Sums(file, Profile.Portable));
    }

    /// <summary>A shortcut with a layer of its own is no reason to keep what it reads for longer: the last layer of the block has the sum.</summary>
    [Fact]
    public void TheWorkspaceDoesNotGrow()
    {
        OperatorCase Block(string last) => new OperatorCase().Input("i", [1, 8, 512]).Weights("w0", [64, 8, 1]).Node("Conv", ["i", "w0"], ["x"]).Weights("ws", [16, 64, 1])
            .Node("Conv", ["x", "ws"], ["s"]).Weights("w1", [16, 64, 1]).Node("Conv", ["x", "w1"], ["a"]).Weights("w2", [128, 16, 3]).Node("Conv", ["a", "w2"], ["b"], ("pads", new[] { 2, 0 }))
            .Weights("w3", [16, 128, 1]).Node("Conv", ["b", "w3"], ["c"]).Node("Add", ["c", "s"], ["y"]).Node(last, ["y"], ["z"]).Output("z");
        foreach (Optimization optimize in new[] { Optimization.Size, Optimization.Balanced, Optimization.Speed })
        {
            CompileOptions options = new() { Optimize = optimize };
            ModelReport fused = ModelCompiler.Compile(Block("Identity").Build().File, "block.onnx", options).Report, apart = ModelCompiler.Compile(Block("Relu").Build().File, "block.onnx", options).Report;
            Assert.Equal(apart.Layers.Count - 1, fused.Layers.Count);
            Assert.InRange(fused.WorkspaceBytes, 1, apart.WorkspaceBytes);
        }
    }

    /// <summary>A layer of a constant has no first input that could be read.</summary>
    [Fact]
    public void ALayerOfAConstantIsRefused()
    {
        OperatorCase model = new OperatorCase().Input("d", [1, 12, 37]).Weights("x", [1, 12, 37]).Weights("w", [12, 12, 3]).Node("Conv", ["x", "w"], ["c"], ("pads", new[] { 2, 0 }))
            .Node("Add", ["c", "d"], ["y"]).Output("y");
        ModelException refused = Assert.Throws<ModelException>(() => Sums(model.Build().File, Profile.Modern));
        Assert.Contains("an input that is constant", refused.Message, StringComparison.Ordinal);
    }

    private static int Sums(byte[] file, Profile profile) =>
        ModelCompiler.Compile(file, "case.onnx", new CompileOptions { Profile = profile }).Report.Layers.Count(layer => layer.Operation == "add");
}
