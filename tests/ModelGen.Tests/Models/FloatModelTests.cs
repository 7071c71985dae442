using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Models;

/// <summary>Every shared float model, compiled in both profiles, against ONNX Runtime's outputs.</summary>
public class FloatModelTests
{
    public static TheoryData<string, Profile> Cases() => SharedModels.RowsWithProfiles(SharedModels.Float);

    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void MatchesOnnxRuntime(string file, Profile profile)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        using CompiledTestModel model = CompiledTestModel.Compile(found.Model, file, profile);
        NpyArray inputs = found.Inputs;
        NpyArray expected = found.Expected;
        for (int n = 0; n < inputs.Dims[0]; n++)
        {
            double[] y = model.Run(found.Sample(inputs, n)).Values.First().Floats;
            double[] e = expected.Sample(n);
            Assert.Equal(e.Length, y.Length);

            // Summed in the same order with fused multiply-adds, as ONNX Runtime does; scalar code rounds once more a term.
            double tolerance = profile == Profile.Modern ? 1e-4 : found.Tolerance(e);
            for (int i = 0; i < y.Length; i++) Assert.InRange(y[i], e[i] - tolerance, e[i] + tolerance);
        }

        Assert.Equal(0, model.AllocatedBytesPerRun());
    }

    /// <summary>One step of the GRU with explicit state: two inputs, two outputs; its mean over a sequence is the sequence model.</summary>
    [SharedDataTheory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void SteppedGruEqualsTheSequenceModel(Profile profile)
    {
        ReferenceModelCase sequence = ReferenceModelCase.Find("har/har_gru32.onnx");
        ReferenceModelCase step = ReferenceModelCase.Find("har/har_gru32_step.onnx");
        using CompiledTestModel model = CompiledTestModel.Compile(step.Model, "har_gru32_step.onnx", profile);
        NpyArray inputs = sequence.Inputs;
        (int steps, int channels) = (inputs.Dims[1], inputs.Dims[2]);
        for (int n = 0; n < 10; n++)
        {
            double[] x = inputs.Sample(n);
            ReferenceTensor state = ReferenceTensor.Float([1, 1, 32], new double[32]);
            double[] mean = new double[6];
            for (int t = 0; t < steps; t++)
            {
                ReferenceTensor row = ReferenceTensor.Float([1, 1, channels], x[(t * channels)..((t + 1) * channels)]);
                IReadOnlyDictionary<string, ReferenceTensor> outputs = model.Run(row, state);
                state = outputs["hn"];
                for (int i = 0; i < mean.Length; i++) mean[i] += outputs["logits"].Floats[i] / steps;
            }

            double[] expected = sequence.Expected.Sample(n);
            for (int i = 0; i < mean.Length; i++) Assert.InRange(mean[i] - expected[i], -1e-4, 1e-4);
        }
    }
}
