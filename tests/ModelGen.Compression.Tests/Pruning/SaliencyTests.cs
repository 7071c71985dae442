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
    [InlineData(PrunePattern.Blocks8)]
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
    public void FisherIsExactForASingleWeightWithoutUpdate()
    {
        RandomLayer layer = new(3, 5, 3);
        PatternUnits units = new(PrunePattern.Unstructured, 3, 5);
        float[] sensitivity = [1, 2, 0.5f];
        double[] scores = Saliency.DiagonalFisher(layer.Weights, units, layer.Hessian, sensitivity);
        for (int u = 0; u < units.Count; u++)
        {
            float[] changed = [.. layer.Weights];
            changed[u] = 0;
            double loss = layer.Loss(changed) * sensitivity[u / 5];
            Assert.Equal(loss, scores[u], 1e-9);
        }
    }

    [Fact]
    public void UnitsSumOverTheirWeights()
    {
        RandomLayer layer = new(9, 4, 4);
        PatternUnits single = new(PrunePattern.Unstructured, 9, 4);
        PatternUnits blocks = new(PrunePattern.Blocks8, 9, 4);
        double[] fisher = Saliency.DiagonalFisher(layer.Weights, single, layer.Hessian);
        double[] magnitude = Saliency.Magnitude(layer.Weights, single);
        for (int column = 0; column < 4; column++)
        {
            double[] rows = [.. Enumerable.Range(0, 8).Select(r => fisher[r * 4 + column])];
            Assert.Equal(rows.Sum(), Saliency.DiagonalFisher(layer.Weights, blocks, layer.Hessian)[column], 1e-9);
            double squares = Enumerable.Range(0, 8).Sum(r => magnitude[r * 4 + column]);
            Assert.Equal(squares, Saliency.Magnitude(layer.Weights, blocks)[column], 1e-9);
        }
    }

    [Fact]
    public void EachGroupHasItsOwnInputs()
    {
        InputHessian hessian = new(new SymmetricMatrix(1, [2]), new SymmetricMatrix(1, [8]));
        PatternUnits units = new(PrunePattern.Unstructured, 4, 1, 1, 2);
        Assert.Equal([1, 1, 4, 4], Saliency.DiagonalFisher([1, 1, 1, 1], units, hessian));
        Assert.Equal([1, 1, 4, 4], Saliency.Obs([1, 1, 1, 1], units, hessian, dampening: 1e-9).Select(s => Math.Round(s, 6)));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        InputHessian hessian = new(new SymmetricMatrix(1, [2]));
        PatternUnits units = new(PrunePattern.Unstructured, 2, 1);
        Assert.Throws<ArgumentException>(() => Saliency.Magnitude([1], units));
        Assert.Throws<ArgumentException>(() => Saliency.Magnitude([1, float.NaN], units));
        Assert.Throws<ArgumentException>(() => Saliency.Obs([1, float.PositiveInfinity], units, hessian));
        Assert.Throws<ArgumentException>(() => Saliency.Obs([1, 1], units, hessian, [1]));
        Assert.Throws<ArgumentException>(() => Saliency.DiagonalFisher([1, 1], units, hessian, [1, -1]));
        Assert.Throws<ArgumentException>(() => Saliency.DiagonalFisher([1, 1], new PatternUnits(PrunePattern.Unstructured, 1, 2), hessian));
        Assert.Throws<ArgumentException>(() => new InputHessian());
        Assert.Throws<ArgumentException>(() => new InputHessian(new SymmetricMatrix(1, [-1])));
    }
}
