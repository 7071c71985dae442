using System;
using System.Collections.Generic;
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
    public static TheoryData<string, Profile> QuantizedNames() => SharedModels.RowsWithProfiles(QuantizedCases.All.Keys);

    public static TheoryData<string, Profile> FloatNames() => SharedModels.RowsWithProfiles(FloatCases.All.Keys);

    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedOperatorEqualsTheReference(string name, Profile profile) => Check(QuantizedCases.All[name](), profile);

    [Theory]
    [MemberData(nameof(FloatNames))]
    public void FloatOperatorMatchesTheReference(string name, Profile profile) => Check(FloatCases.All[name](), profile);

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void AClassMayLieInTheGlobalNamespace(Profile profile) => Check(FloatCases.All["conv relu"](), profile, "");

    /// <summary>Compiles a case, runs it and compares its outputs with the reference.</summary>
    internal static void Check(OperatorCase model, Profile profile, string space = "Compiled")
    {
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        using CompiledTestModel compiled = CompiledTestModel.Compile(file, "case.onnx", new CompileOptions { Profile = profile, Namespace = space });
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
