using System;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Tests.Pruning;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Rounding;

/// <summary>Adaptive rounding against nearest rounding and against all roundings of small rows.</summary>
public class AdaptiveRoundingTests
{
    [Theory]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(8, true)]
    public void TheLossIsMuchLessThanThatOfNearestRounding(int bits, bool masked)
    {
        double adaptive = 0, nearest = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            RandomLayer layer = new(12, 140, seed, 800);
            bool[]? keep = null;
            float[] weights = layer.Weights;
            if (masked)
            {
                PruneResult pruned = OneLayer.Prune(weights, new PatternUnits(PrunePattern.Unstructured, 12, 140), layer.Hessian, 12 * 70);
                (weights, keep) = (pruned.Weights, pruned.Keep);
            }
            WeightGrid grid = WeightGrid.Fit(weights, 12, 140, [bits]);
            RoundingResult result = AdaptiveRounding.Round(weights, 140, layer.Hessian, grid, keep);
            Assert.Equal(LayerLoss.Compute(weights, result.Weights, 12, layer.Hessian), result.Loss, 1e-4 * result.Loss);
            Assert.Equal(grid.Dequantize(result.Codes), result.Weights);
            for (int i = 0; i < result.Codes.Length; i++)
            {
                if (keep?[i] == false) Assert.Equal(0, result.Codes[i]);
                Assert.InRange(result.Codes[i], -WeightGrid.LevelsOf(bits), WeightGrid.LevelsOf(bits));
            }
            adaptive += result.Loss;
            nearest += LayerLoss.Compute(weights, grid.Dequantize(grid.Quantize(weights)), 12, layer.Hessian);
        }

        // Half of the inputs gone, the others depend less on each other, and there is less to make up with.
        Assert.True(adaptive < (masked ? 0.7 : 0.6) * nearest, $"{adaptive} against {nearest}");
    }

    [Fact]
    public void NoRowIsWorseThanNearest()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            RandomLayer layer = new(5, 6, seed);
            WeightGrid grid = WeightGrid.Fit(layer.Weights, 5, 6, [2]);
            float[] adaptive = AdaptiveRounding.Round(layer.Weights, 6, layer.Hessian, grid).Weights;
            float[] nearest = grid.Dequantize(grid.Quantize(layer.Weights));
            for (int r = 0; r < 5; r++)
            {
                double Row(float[] w) => LayerLoss.Compute(layer.Weights[(r * 6)..(r * 6 + 6)], w[(r * 6)..(r * 6 + 6)], 1, layer.Hessian);
                Assert.True(Row(adaptive) <= Row(nearest) * (1 + 1e-9));
            }
        }
    }

    [Fact]
    public void SmallRowsComeCloseToTheBestOfAllRoundings()
    {
        double adaptive = 0, best = 0, nearest = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            RandomLayer layer = new(1, 8, seed);
            WeightGrid grid = WeightGrid.Fit(layer.Weights, 1, 8, [3]);
            adaptive += AdaptiveRounding.Round(layer.Weights, 8, layer.Hessian, grid).Loss;
            nearest += LayerLoss.Compute(layer.Weights, grid.Dequantize(grid.Quantize(layer.Weights)), 1, layer.Hessian);
            double least = double.PositiveInfinity;
            for (int choice = 0; choice < 256; choice++)
            {
                sbyte[] codes = [.. layer.Weights.Select((w, i) =>
                    (sbyte)Math.Clamp(Math.Floor(w / grid.Scales[0]) + (choice >> i & 1), -3, 3))];
                least = Math.Min(least, LayerLoss.Compute(layer.Weights, grid.Dequantize(codes), 1, layer.Hessian));
            }
            best += least;
        }
        Assert.True(adaptive < nearest && adaptive < 2 * best, $"{adaptive}, best {best}, nearest {nearest}");
    }

    [Fact]
    public void RoundingWithinTheSupportBeatsSweepingOverAllInputs()
    {
        double support = 0, all = 0;
        for (int seed = 0; seed < 4; seed++)
        {
            RandomLayer layer = new(10, 150, seed, 800);
            PruneResult pruned = OneLayer.Prune(layer.Weights, new PatternUnits(PrunePattern.Unstructured, 10, 150), layer.Hessian, 1200);
            WeightGrid grid = WeightGrid.Fit(pruned.Weights, 10, 150, [4]);
            support += AdaptiveRounding.Round(pruned.Weights, 150, layer.Hessian, grid, pruned.Keep).Loss;
            all += AdaptiveRounding.Round(pruned.Weights, 150, layer.Hessian, grid, pruned.Keep,
                new RoundingOptions(SupportColumns: 0)).Loss;
        }
        Assert.True(support < all, $"{support} against {all}");
    }

    [Fact]
    public void RowsHaveTheirOwnBits()
    {
        RandomLayer layer = new(3, 60, 1);
        sbyte[] codes = AdaptiveRounding.Round(layer.Weights, 60, layer.Hessian, WeightGrid.Fit(layer.Weights, 3, 60, [2, 4, 8])).Codes;
        int[] largest = [.. Enumerable.Range(0, 3).Select(r => codes.Skip(r * 60).Take(60).Max(c => Math.Abs((int)c)))];
        Assert.Equal(1, largest[0]);
        Assert.InRange(largest[1], 4, 7);
        Assert.InRange(largest[2], 64, 127);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BitsDoNotDependOnThreads(bool masked)
    {
        RandomLayer layer = new(20, 300, 3, 600);
        bool[] keep = [.. layer.Weights.Select(w => !masked || w > 0)];
        float[] weights = [.. layer.Weights.Select(w => masked ? Math.Max(w, 0) : w)];
        WeightGrid grid = WeightGrid.Fit(weights, 20, 300, [4]);
        RoundingResult one = AdaptiveRounding.Round(weights, 300, layer.Hessian, grid, keep, new RoundingOptions(Threads: 1));
        RoundingResult four = AdaptiveRounding.Round(weights, 300, layer.Hessian, grid, keep, new RoundingOptions(Threads: 4));
        Assert.Equal(one.Codes, four.Codes);
        Assert.Equal(one.Loss, four.Loss);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        RandomLayer layer = new(2, 3, 1);
        WeightGrid grid = WeightGrid.Fit(layer.Weights, 2, 3, [4]);
        Assert.Throws<ArgumentException>(() => AdaptiveRounding.Round([], 3, layer.Hessian, grid));
        Assert.Throws<ArgumentException>(() => AdaptiveRounding.Round([1, 2, 3, 4, 5, float.NaN], 3, layer.Hessian, grid));
        Assert.Throws<ArgumentException>(() => AdaptiveRounding.Round(layer.Weights, 3, layer.Hessian, grid, new bool[6]));
        Assert.Throws<ArgumentException>(() => AdaptiveRounding.Round(layer.Weights, 3, layer.Hessian, grid, [true]));
        Assert.Throws<ArgumentException>(() => AdaptiveRounding.Round(layer.Weights, 2, layer.Hessian, grid));
    }
}
