using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Export;

/// <summary>A model that is read, simplified and written computes what it did before; writing it again gives the same bytes.</summary>
public class RoundTripTests
{
    public static TheoryData<string> FloatNames() => SharedModels.Rows(FloatCases.All.Keys);

    public static TheoryData<string> QuantizedNames() => SharedModels.Rows(QuantizedCases.All.Keys.Concat(FusionCases.All.Keys).Distinct());

    public static TheoryData<string> SharedNames() => SharedModels.Rows(SharedModels.Float.Concat(SharedModels.Integer));

    [Theory]
    [MemberData(nameof(FloatNames))]
    public void FloatOperatorsSurvive(string name) => Check(FloatCases.All[name]());

    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedOperatorsSurvive(string name)
        => Check(QuantizedCases.All.TryGetValue(name, out Func<OperatorCase>? quantized) ? quantized() : FusionCases.All[name]());

    [SharedDataTheory]
    [MemberData(nameof(SharedNames))]
    public void SharedModelsSurvive(string file)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        byte[] written = Rewrite(found.Model);
        using CompiledTestModel before = CompiledTestModel.Compile(found.Model, file, Profile.Modern);
        using CompiledTestModel after = CompiledTestModel.Compile(written, file, Profile.Modern);
        NpyArray inputs = found.Inputs;
        for (int n = 0; n < Math.Min(10, inputs.Dims[0]); n++)
        {
            ReferenceTensor sample = found.Sample(inputs, n);
            AssertEqual(before.Run(sample), after.Run(sample), exact: SharedModels.Integer.Contains(file));
        }

        Assert.Equal(before.Info.Inputs[0].Name, after.Info.Inputs[0].Name);
        Assert.Equal(before.Info.Inputs[0].Shape.ToArray(), after.Info.Inputs[0].Shape.ToArray());
        Assert.Equal(before.Info.Outputs[0].Name, after.Info.Outputs[0].Name);
        Assert.Equal(before.Info.Labels.ToArray(), after.Info.Labels.ToArray());
    }

    private static void Check(OperatorCase model)
    {
        byte[] file = model.Build().File;
        byte[] written = Rewrite(file);
        using CompiledTestModel before = CompiledTestModel.Compile(file, "case.onnx", Profile.Modern);
        using CompiledTestModel after = CompiledTestModel.Compile(written, "case.onnx", Profile.Modern);
        ReferenceTensor[] inputs = model.Inputs.Values.ToArray();
        AssertEqual(before.Run(inputs), after.Run(inputs), exact: false);
    }

    private static byte[] Rewrite(byte[] file)
    {
        ModelGraph graph = Graphs.Read(file);
        byte[] written = Graphs.Write(graph);
        Assert.Equal(written, Graphs.Write(Graphs.Read(file)));

        // Reading what was written and writing it again changes no value; names of steps may differ.
        Assert.Equal(graph.Outputs.Select(output => output.Name), Graphs.Read(written).Outputs.Select(output => output.Name));
        return written;
    }

    private static void AssertEqual(IReadOnlyDictionary<string, ReferenceTensor> expected,
        IReadOnlyDictionary<string, ReferenceTensor> actual, bool exact)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string name, ReferenceTensor value) in expected)
        {
            bool isExact = exact || !value.IsFloat;
            string? difference = TensorComparison.Difference(actual[name], value, rtol: isExact ? 0 : 1e-6, atol: isExact ? 0 : 1e-6);
            Assert.True(difference is null, $"{name}: {difference}");
        }
    }
}
