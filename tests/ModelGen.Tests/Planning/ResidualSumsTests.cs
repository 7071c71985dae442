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

    private static int Sums(byte[] file, Profile profile) =>
        ModelCompiler.Compile(file, "case.onnx", new CompileOptions { Profile = profile }).Report.Layers.Count(layer => layer.Operation == "add");
}
