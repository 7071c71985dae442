using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Emit;

/// <summary>For each kernel family and profile: the emitted code as a snapshot, and its numbers against the reference.</summary>
public class KernelTests
{
    public static TheoryData<string, Profile> Cases() => SharedModels.RowsWithProfiles(KernelCases.All.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void EmittedCodeIsAsReviewed(string name, Profile profile) => VerifyText.Verify(Emit(name, profile), $"{name}.{profile}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void ResultsMatchTheReferenceWithoutAllocation(string name, Profile profile)
    {
        OperatorCase model = KernelCases.All[name]();
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        using CompiledTestModel compiled = CompiledTestModel.Compile(file, name + ".onnx", profile);
        IReadOnlyDictionary<string, ReferenceTensor> actual = compiled.Run(model.Inputs.Values.ToArray());
        foreach (string output in model.Outputs)
        {
            bool isInteger = !expected[output].IsFloat;
            Assert.Null(TensorComparison.Difference(actual[output], expected[output], rtol: isInteger
                ? 0 : 1e-4, atol: isInteger ? 0 : 1e-5));
        }

        Assert.Equal(0, compiled.AllocatedBytesPerRun());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void CodeIsTheSameInEveryCulture(string name, Profile profile)
    {
        string expected = Emit(name, profile);
        foreach (string culture in new[] { "fi-FI", "tr-TR", "ar-SA" })
        {
            // A thread of its own: the culture must not leak into other tests.
            string? actual = null;
            var thread = new Thread(() => actual = Emit(name, profile))
            {
                CurrentCulture = CultureInfo.GetCultureInfo(culture),
                CurrentUICulture = CultureInfo.GetCultureInfo(culture)
            };
            thread.Start();
            thread.Join();
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void CulturesDifferHere() => Assert.Equal("1,5", 1.5.ToString(CultureInfo.GetCultureInfo("fi-FI")));

    /// <summary>Weights aside, nobody should have to scroll sideways.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void LinesAreShort(string name, Profile profile)
    {
        string[] lines = Emit(name, profile).Split('\n');
        int data = Array.FindIndex(lines, line => line.Contains("weights and tables ──", StringComparison.Ordinal));
        Assert.All(lines[..(data < 0 ? lines.Length : data)], line => Assert.True(line.Length <= 140, line));
    }

    private static string Emit(string name, Profile profile)
    {
        byte[] file = KernelCases.All[name]().Build().File;
        return ModelCompiler.Compile(file, name + ".onnx",
            new CompileOptions { Namespace = "Networks", ClassName = "Network", Profile = profile }).Source;
    }
}
