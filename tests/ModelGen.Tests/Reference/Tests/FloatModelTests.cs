using System;
using ModelGen.Tests.Models;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>The reference against ONNX Runtime's outputs of the float models.</summary>
public class FloatModelTests
{
    public static TheoryData<string> Cases() => SharedModels.Rows(SharedModels.Float);

    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void MatchesOnnxRuntime(string file)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        ReferenceModel model = new(found.Model);
        NpyArray inputs = found.Inputs;
        NpyArray expected = found.Expected;
        // Slow plain loops: a part of the records says as much as all of them.
        int samples = Math.Min(inputs.Dims[0], 16);
        for (int n = 0; n < samples; n++)
        {
            double[] y = model.Run(found.Sample(inputs, n))[model.Outputs[0]].Floats;
            double[] e = expected.Sample(n);
            Assert.Equal(e.Length, y.Length);
            double tolerance = found.Tolerance(e);
            for (int i = 0; i < y.Length; i++) Assert.InRange(y[i], e[i] - tolerance, e[i] + tolerance);
        }
    }
}
