using System;
using System.Linq;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Passes.Training;
using Xunit;

namespace ModelGen.Compression.Tests.Training;

/// <summary>Steps of Adam against its formulas, one weight at a time in double precision.</summary>
public class AdamStepTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StepsFollowTheFormulas(bool masked)
    {
        TrainedParameter parameter = Make(7, 11);
        if (masked) parameter.Mask = Enumerable.Range(0, 77).Select(i => i % 3 == 0 ? 0f : 1f).ToArray();
        parameter.CountKept();
        double[] values = parameter.Values.Select(value => (double)value).ToArray(), m = new double[77], v = new double[77];
        for (int step = 1; step <= 20; step++)
        {
            // Larger at the end than they used to be.
            float[] gradient = NetworkBuilder.Noise(step, 77).Select(g => step > 15 ? 20 * g : g).ToArray();
            gradient.CopyTo(parameter.Gradient, 0);
            AdamStep.Apply(parameter, 0.01f, step);
            double ratios = 0, unbiased = 1 - Math.Pow(0.999, step);
            for (int i = 0; i < 77; i++)
            {
                double g = masked && i % 3 == 0 ? 0 : gradient[i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                if (g != 0) ratios += g * g * unbiased / v[i];
            }

            double clipped = Math.Max(1, Math.Sqrt(ratios / parameter.Kept));
            for (int i = 0; i < 77; i++)
                values[i] -= 0.01 / clipped * parameter.Steps[i] * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / unbiased) + 1e-8);
        }

        for (int i = 0; i < 77; i++) Assert.Equal(values[i], parameter.Values[i], 1e-5);
    }

    /// <summary>Weights that a mask gives back do not hold up the others.</summary>
    [Fact]
    public void AChangeOfMasksChangesNoOtherStep()
    {
        TrainedParameter changed = Make(7, 11), steady = Make(7, 11);
        changed.Keep(i => i >= 40);
        for (int step = 1; step <= 300; step++)
        {
            if (step == 299) changed.Keep(null);
            foreach (TrainedParameter parameter in (TrainedParameter[])[changed, steady])
            {
                NetworkBuilder.Noise(step, 77).ToArray().CopyTo(parameter.Gradient, 0);
                AdamStep.Apply(parameter, step < 299 ? 0 : 0.01f, step);
            }
        }

        for (int i = 40; i < 77; i++)
            Assert.InRange((changed.Values[i] - Make(7, 11).Values[i]) / (steady.Values[i] - Make(7, 11).Values[i]), 0.9, 1.1);
    }

    [Fact]
    public void FadingMomentsEndAtZeroAndNotInDenormalNumbers()
    {
        TrainedParameter parameter = Make(3, 5);
        parameter.Gradient.AsSpan().Fill(1);
        AdamStep.Apply(parameter, 0.01f, 1);
        parameter.Gradient.AsSpan().Clear();
        for (int step = 2; step < 1000; step++) AdamStep.Apply(parameter, 0.01f, step);
        Assert.All(parameter.FirstMoment, moment => Assert.Equal(0, moment));
        Assert.All(parameter.SecondMoment, moment => Assert.True(moment > 1e-5));
    }

    internal static TrainedParameter Make(int rows, int columns)
    {
        var builder = new NetworkBuilder(1, 1, columns);
        Value output = builder.Dense(builder.Input, rows);
        Node node = builder.Build(output).Nodes[0];
        return new TrainedParameter(new Parameter("w", node.Input(1).Constant!, node, 1));
    }
}
