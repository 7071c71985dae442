using System;
using System.Linq;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using Xunit;

namespace ModelGen.Compression.Tests.Training;

/// <summary>Sizes of steps: in proportion to rows and columns of the weights.</summary>
public class RelativeStepsTests
{
    private static readonly Shape Kernel = new(4, 3, 2, 2);

    [Fact]
    public void ScalingOutputsAndInputsScalesTheirSteps()
    {
        float[] values = NetworkBuilder.Noise(1, Kernel.Count).ToArray();
        float[] outputs = [1, 2, 0.5f, 4], inputs = [3, 1, 0.25f];

        // Rows and columns of one size first, so that scaling them is all that sets them apart.
        for (int i = 0; i < values.Length; i++) values[i] = MathF.Sign(values[i]) * 0.2f;
        float[] scaled = values.Select((value, i) => value * outputs[i / 12] * inputs[i / 4 % 3]).ToArray();
        float[] before = RelativeSteps.For(Tensor.Floats(Kernel, values)), after = RelativeSteps.For(Tensor.Floats(Kernel, scaled));
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(0.2, before[i], 1e-6);
            Assert.Equal(before[i] * outputs[i / 12] * inputs[i / 4 % 3], after[i], 1e-5);
        }
    }

    [Fact]
    public void ZerosCanStillBecomeSomething()
    {
        float[] values = Enumerable.Repeat(1f, Kernel.Count).ToArray();
        values.AsSpan(0, 12).Clear();
        float[] factors = RelativeSteps.For(Tensor.Floats(Kernel, values));
        Assert.All(factors[..12], factor => Assert.InRange(factor, 0.05f, 0.2f));
        Assert.All(RelativeSteps.For(Tensor.Floats(Kernel, new float[Kernel.Count])), factor => Assert.True(factor > 0));
    }

    [Theory]
    [InlineData(0f, 0.01f)]
    [InlineData(0.2f, 0.2f)]
    [InlineData(30f, 1f)]
    public void BiasesOfALayerShareOneSize(float value, float factor) =>
        Assert.All(RelativeSteps.For(Tensor.Floats(new Shape(5), [value, -value, value, -value, value])), actual =>
            Assert.Equal(factor, actual, 1e-6f));
}
