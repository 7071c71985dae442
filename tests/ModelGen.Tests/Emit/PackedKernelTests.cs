using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Emit;

/// <summary>Packed weights compute the very numbers that plain tables do, in both profiles and at every vector width.</summary>
public class PackedKernelTests
{
    // One of each coding and of each way to use it; the rest is covered by numbers.
    private static readonly string[] Reviewed =
        ["conv-gaps", "connected-gaps", "connected-bitmap", "connected-dense", "lstm-gaps", "lstm-dense"];

    private static readonly string[][] MissingParts =
    [
        [],
        ["Vector512.IsHardwareAccelerated"],
        ["Vector512.IsHardwareAccelerated", "Vector256.IsHardwareAccelerated"],
    ];

    public static TheoryData<string, Profile> Cases() => SharedModels.RowsWithProfiles(PackedCases.All.Keys);

    public static TheoryData<string> Names() => new(PackedCases.All.Keys);

    public static TheoryData<string, Profile> ReviewedCases() => SharedModels.RowsWithProfiles(Reviewed);

    [Theory]
    [MemberData(nameof(ReviewedCases))]
    public void EmittedCodeIsAsReviewed(string name, Profile profile) => VerifyText.Verify(
        ModelCompiler.Compile(PackedCases.All[name]().Build().File, name + ".onnx", Options(profile, isPacked: true)).Source,
        $"{name}.{profile}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void ResultsAreThoseOfPlainTables(string name, Profile profile)
    {
        OperatorCase model = PackedCases.All[name]();
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        foreach (string[] missing in profile == Profile.Modern ? MissingParts : MissingParts[..1])
        {
            string Deny(string source) => missing.Aggregate(source, (text, part) => text.Replace(part, "false", StringComparison.Ordinal));
            using CompiledTestModel packed = CompiledTestModel.Compile(file, name + ".onnx", Options(profile, isPacked: true), Deny);
            using CompiledTestModel plain = CompiledTestModel.Compile(file, name + ".onnx", Options(profile, isPacked: false), Deny);
            IReadOnlyDictionary<string, ReferenceTensor> actual = packed.Run(model.Inputs.Values.ToArray());

            // A second run must not depend on what the first one left in scratch memory.
            Same(actual, packed.Run(model.Inputs.Values.ToArray()));
            Same(plain.Run(model.Inputs.Values.ToArray()), actual);
            foreach (string output in model.Outputs)
            {
                double tolerance = expected[output].IsFloat ? 1e-4 : 0;
                Assert.Null(TensorComparison.Difference(actual[output], expected[output], rtol: tolerance, atol: tolerance / 10));
            }

            Assert.Equal(0, packed.AllocatedBytesPerRun());
        }
    }

    /// <summary>The kernels that are chosen where size is not all that counts, for every vector width.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void SpeedAndBalancedGiveTheExpectedResults(string name)
    {
        OperatorCase model = PackedCases.All[name]();
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        foreach (string[] missing in MissingParts)
        {
            foreach (Optimization goal in new[] { Optimization.Balanced, Optimization.Speed })
            {
                string Deny(string source) => missing.Aggregate(source, (text, part) => text.Replace(part, "false", StringComparison.Ordinal));
                using CompiledTestModel compiled = CompiledTestModel.Compile(
                    file, name + ".onnx", Options(Profile.Modern, isPacked: true) with { Optimize = goal }, Deny);
                IReadOnlyDictionary<string, ReferenceTensor> actual = compiled.Run(model.Inputs.Values.ToArray());
                Same(actual, compiled.Run(model.Inputs.Values.ToArray()));
                foreach (string output in model.Outputs)
                {
                    double tolerance = expected[output].IsFloat ? 1e-4 : 0;
                    Assert.Null(TensorComparison.Difference(actual[output], expected[output], rtol: tolerance, atol: tolerance / 10));
                }

                Assert.Equal(0, compiled.AllocatedBytesPerRun());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WeightsArePackedAndTakeFewerBytes(string name, Profile profile)
    {
        byte[] file = PackedCases.All[name]().Build().File;
        CompiledModel packed = ModelCompiler.Compile(file, name + ".onnx", Options(profile, isPacked: true));
        ModelReport plain = ModelCompiler.Compile(file, name + ".onnx", Options(profile, isPacked: false)).Report;
        Assert.Contains("// Packed: ", packed.Source, StringComparison.Ordinal);
        Assert.True(packed.Report.WeightBytes < 0.75 * plain.WeightBytes, $"{packed.Report.WeightBytes} of {plain.WeightBytes}");
        foreach (LayerReport layer in packed.Report.Layers.Where(layer => layer.Weights > 0))
        {
            Assert.InRange(layer.Bits, 1, 8);
            double mean = layer.NeuronsByBits.Select((neurons, bits) => (double)neurons * bits).Sum() / layer.NeuronsByBits.Sum();
            Assert.Equal(mean, layer.Bits, 9);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SpeedNeverPacks(string name, Profile profile)
    {
        byte[] file = PackedCases.All[name]().Build().File;
        string source = ModelCompiler.Compile(file, name + ".onnx", Options(profile, true) with { Optimize = Optimization.Speed }).Source;
        Assert.DoesNotContain("// Packed: ", source, StringComparison.Ordinal);
        Assert.DoesNotContain("ReadBits", source, StringComparison.Ordinal);
    }

    /// <summary>Where weights are used often in a run, the default packs too; where once, it does not.</summary>
    [Theory]
    [InlineData("conv-gaps", true)]
    [InlineData("conv-dense", false)]
    [InlineData("connected-gaps", false)]
    public void BalancedPacksWhatIsUsedOften(string name, bool expected)
    {
        byte[] file = PackedCases.All[name]().Build().File;
        string source = ModelCompiler.Compile(file, name + ".onnx",
            Options(Profile.Modern, true) with { Optimize = Optimization.Balanced }).Source;
        Assert.Equal(expected, source.Contains("// Packed: ", StringComparison.Ordinal));
    }

    private static CompileOptions Options(Profile profile, bool isPacked) => new()
    {
        Namespace = "Networks",
        ClassName = "Network",
        Profile = profile,
        Optimize = Optimization.Size,
        SkippedPasses = isPacked ? default : new EquatableArray<string>([nameof(ModelGen.Planning.Packing)]),
    };

    private static void Same(IReadOnlyDictionary<string, ReferenceTensor> expected, IReadOnlyDictionary<string, ReferenceTensor> actual)
    {
        foreach (string output in expected.Keys)
            Assert.Null(TensorComparison.Difference(actual[output], expected[output], rtol: 0, atol: 0));
    }
}
