using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace ModelGen.Tests.Models;

/// <summary>Every shared integer model, compiled in both profiles, bit for bit against the reference.</summary>
public class IntegerModelTests(ITestOutputHelper log)
{
    // The reference is slow; a handful of real inputs reaches every channel of every layer.
    private const int Samples = 8;

    public static TheoryData<string, Profile> Cases() => SharedModels.RowsWithProfiles(SharedModels.Integer);

    /// <summary>Every quantized value inside the network, made an output, equals the reference.</summary>
    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void EveryQuantizedValueEqualsTheReference(string file, Profile profile)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        string[] quantized = ModelProto.Parser.ParseFrom(found.Model).Graph.Node
            .Where(n => n.OpType == "QuantizeLinear").Select(n => n.Output[0]).ToArray();
        using CompiledTestModel model = CompiledTestModel.Compile(found.Model, file, profile, quantized);
        Compare(found, model, quantized);
    }

    /// <summary>The same without further outputs: then layers may fuse that a visible value between them keeps apart.</summary>
    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void OutputsEqualTheReference(string file, Profile profile)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        using CompiledTestModel model = CompiledTestModel.Compile(found.Model, file, profile);
        Compare(found, model, [model.Info.Outputs[0].Name]);
    }

    /// <summary>Bands of rows, where size counts, compute the same, in no more memory than the arena of TensorFlow Lite Micro: what 90b983c, built for x64 with its
    /// reference kernels, says that it used.</summary>
    [SharedDataTheory]
    [InlineData("mlperf-tiny/ad01_int8_qdq.onnx", 3_424)]
    [InlineData("mlperf-tiny/kws_int8_qdq.onnx", 24_000)]
    [InlineData("mlperf-tiny/resnet8_int8_qdq.onnx", 55_712)]
    [InlineData("mlperf-tiny/str_ww_int8_qdq.onnx", 16_352)]
    [InlineData("mlperf-tiny/vww_96_int8_qdq.onnx", 103_392)]
    public void BandsNeedLittleMemory(string file, int arena)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        CompileOptions options = new() { Namespace = "Compiled", Optimize = Optimization.Size };
        int workspace = ModelCompiler.Compile(found.Model, "model.onnx", options).Report.WorkspaceBytes;
        Assert.True(workspace <= arena, $"{workspace} bytes");
        using CompiledTestModel model = CompiledTestModel.Compile(found.Model, file, options);
        Compare(found, model, [model.Info.Outputs[0].Name]);
    }

    /// <summary>Every recorded sample against ONNX Runtime.</summary>
    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void AgreesWithOnnxRuntime(string file, Profile profile)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        using CompiledTestModel model = CompiledTestModel.Compile(found.Model, file, profile);
        OnnxRuntimeAgreement agreement = new(file, model.Info.Outputs[0].Scale);
        NpyArray inputs = found.Inputs;
        NpyArray expected = found.Expected;
        for (int n = 0; n < inputs.Dims[0]; n++)
            agreement.Add(model.Run(found.Sample(inputs, n)).Values.First().Floats, expected.Sample(n));
        log.WriteLine(agreement.ToString());
        agreement.Check();
        Assert.Equal(0, model.AllocatedBytesPerRun());
    }

    private static void Compare(ReferenceModelCase found, CompiledTestModel model, IReadOnlyList<string> names)
    {
        ReferenceModel reference = new(found.Model);
        NpyArray inputs = found.Inputs;
        for (int n = 0; n < Math.Min(Samples, inputs.Dims[0]); n++)
        {
            ReferenceTensor input = found.Sample(inputs, n);
            IReadOnlyDictionary<string, ReferenceTensor> expected = reference.Run(input);
            IReadOnlyDictionary<string, ReferenceTensor> actual = model.Run(input);
            foreach (string name in names)
            {
                string? difference = TensorComparison.Difference(actual[name], expected[name], rtol: 0, atol: 0);
                Assert.True(difference == null, $"{found.Name}, sample {n}, '{name}': {difference}");
            }
        }
    }
}
