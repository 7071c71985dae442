using System;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Pruning;

/// <summary>Scores against the loss they predict, measured by removing the unit and fitting the rest again.</summary>
public class SaliencyTests
{
    [Theory]
    [InlineData(PrunePattern.Unstructured)]
    [InlineData(PrunePattern.Pairs)]
    [InlineData(PrunePattern.Blocks)]
    [InlineData(PrunePattern.Channels)]
    internal void ObsIsTheLossAfterTheBestUpdate(PrunePattern pattern)
    {
        RandomLayer layer = new(10, 6, 2);
        PatternUnits units = new(pattern, 10, 6, 2);
        double[] scores = Saliency.Obs(layer.Weights, units, layer.Hessian);
        for (int u = 0; u < units.Count; u++)
        {
            bool[] keepUnits = Enumerable.Repeat(true, units.Count).ToArray();
            keepUnits[u] = false;
            float[] fitted = LeastSquaresRefit.Fit(layer.Weights, units.Expand(keepUnits), 10, layer.Hessian);
            double loss = layer.Loss(fitted, layer.Hessian.DampeningOf(0));
            Assert.Equal(loss, scores[u], 1e-5 * loss + 1e-9);
        }
    }

    [Fact]
    public void MagnitudeIsRelativeToItsMatrix()
    {
        double[] scores = [1, 0, 0];
        Saliency.Magnitude([2, 1, 1, 0], [0, 1, 1, 2], scores);
        Saliency.Magnitude([20, 10, 10, 0], [1, 1, 1, 1], scores);
        Assert.Equal([1 + 4 / 1.5, 2 / 1.5 + 4, 0], scores, (double a, double b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void EachGroupHasItsOwnInputs()
    {
        InputHessian hessian = new(new SymmetricMatrix(1, [2]), new SymmetricMatrix(1, [8]));
        PatternUnits units = new(PrunePattern.Unstructured, 4, 1, 1, 2);
        Assert.Equal([1, 1, 4, 4], Saliency.Obs([1, 1, 1, 1], units, hessian, dampening: 1e-9).Select(s => Math.Round(s, 6)));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        InputHessian hessian = new(new SymmetricMatrix(1, [2]));
        PatternUnits units = new(PrunePattern.Unstructured, 2, 1);
        Assert.Throws<ArgumentException>(() => Saliency.Obs([1, float.PositiveInfinity], units, hessian));
        Assert.Throws<ArgumentException>(() => Saliency.Obs([1, 1], units, hessian, [1]));
        Assert.Throws<ArgumentException>(() => new InputHessian());
        Assert.Throws<ArgumentException>(() => new InputHessian(new SymmetricMatrix(1, [-1])));
    }
}
