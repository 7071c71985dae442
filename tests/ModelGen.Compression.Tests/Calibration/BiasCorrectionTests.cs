using System;
using System.Linq;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Calibration;

/// <summary>The correction keeps the mean of every output.</summary>
public class BiasCorrectionTests
{
    [Fact]
    public void MeansOfTheOutputsStay()
    {
        RandomLayer layer = new(4, 10, 1);
        float[] changed = [.. layer.Weights.Select(w => Math.Abs(w) < 0.8f ? 0 : w)];
        double[] means = [.. layer.Means.Select((mean, i) => 0.8 * mean + 0.01 * i)];
        float[] correction = BiasCorrection.Compute(layer.Weights, changed, 4, 10, layer.Means, means);
        for (int r = 0; r < 4; r++)
        {
            double before = 0, after = correction[r];
            for (int c = 0; c < 10; c++)
            {
                before += layer.Weights[r * 10 + c] * layer.Means[c];
                after += changed[r * 10 + c] * means[c];
            }
            Assert.Equal(before, after, 1e-5);
        }
    }

    [Fact]
    public void GroupsHaveTheirOwnMeans()
    {
        Assert.Equal([3f, 10f], BiasCorrection.Compute([1, 2], [0, 0], 2, 1, [3, 5], [3, 5]));
        Assert.Equal([3f, 6f], BiasCorrection.Compute([1, 2], [0, 0], 2, 1, [3], [1]));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => BiasCorrection.Compute([1, 2], [0], 2, 1, [3], [3]));
        Assert.Throws<ArgumentException>(() => BiasCorrection.Compute([1, 2], [0, 0], 2, 1, [3, 4, 5], [3, 4, 5]));
        Assert.Throws<ArgumentException>(() => BiasCorrection.Compute([1, 2], [0, 0], 2, 1, [], []));
        Assert.Throws<ArgumentException>(() => BiasCorrection.Compute([1, float.NaN], [0, 0], 2, 1, [3], [3]));
        Assert.Throws<ArgumentException>(() => BiasCorrection.Compute([1, 2], [0, 0], 2, 1, [3], [3, 4]));
        Assert.Throws<ArgumentException>(() => BiasCorrection.Compute([], [], 0, 1, [3], [3]));
    }
}
