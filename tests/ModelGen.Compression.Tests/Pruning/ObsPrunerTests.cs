using System;
using System.Linq;
using System.Numerics;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Pruning;

/// <summary>Second-order pruning against enumeration, optimality conditions and plain magnitude.</summary>
public class ObsPrunerTests
{
    [Fact]
    public void TheRefitHasNoGradientOnTheWeightsThatStay()
    {
        RandomLayer layer = new(12, 40, 1);
        bool[] keep = RandomMask(layer, 0.3, 1);
        PruneResult result = ObsPruner.Apply(layer.Weights, 12, 40, keep, layer.Hessian);
        double addition = layer.Hessian.DampeningOf(0);
        for (int i = 0; i < keep.Length; i++)
        {
            if (!keep[i])
            {
                Assert.Equal(0, result.Weights[i]);
                continue;
            }
            double gradient = 0, size = 0;
            for (int c = 0; c < 40; c++)
            {
                double curvature = layer.Hessian[0][i % 40, c] + (c == i % 40 ? addition : 0);
                int at = i / 40 * 40 + c;
                gradient += curvature * ((double)result.Weights[at] - layer.Weights[at]);
                size += Math.Abs(curvature * layer.Weights[at]);
            }
            Assert.Equal(0, gradient, 1e-5 * size);
        }
        Assert.Equal(layer.Loss(result.Weights), result.Loss, 1e-6 * result.Loss);
    }

    [Fact]
    public void TheSweepWithAMaskComesCloseToTheRefitAndNeverBelow()
    {
        double swept = 0, fitted = 0, dropped = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            RandomLayer layer = new(10, 150, seed, 1000);
            bool[] keep = RandomMask(layer, 0.5, seed);
            double addition = layer.Hessian.DampeningOf(0);
            PruneResult masked = ObsPruner.Apply(layer.Weights, 10, 150, keep, layer.Hessian, new ObsOptions(RefitColumns: 0));
            double sweep = layer.Loss(masked.Weights, addition);
            double refit = layer.Loss(ObsPruner.Apply(layer.Weights, 10, 150, keep, layer.Hessian).Weights, addition);
            Assert.True(refit <= sweep * (1 + 1e-6));
            (swept, fitted) = (swept + sweep, fitted + refit);
            dropped += layer.Loss([.. layer.Weights.Select((w, i) => keep[i] ? w : 0)], addition);
        }
        Assert.True(swept < 1.6 * fitted, $"{swept} against {fitted}");
        Assert.True(swept < 0.7 * dropped, $"{swept} against {dropped}");
    }

    [Fact]
    public void TheChoiceComesCloseToTheBestOfAllMasks()
    {
        double chosen = 0, best = 0, magnitude = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            RandomLayer layer = new(1, 8, seed);
            chosen += OneLayer.Prune(layer.Weights, new PatternUnits(PrunePattern.Unstructured, 1, 8), layer.Hessian, 4).Loss;
            double least = double.PositiveInfinity;
            for (uint mask = 0; mask < 256; mask++)
            {
                if (BitOperations.PopCount(mask) != 4) continue;
                bool[] keep = [.. Enumerable.Range(0, 8).Select(i => (mask >> i & 1) != 0)];
                least = Math.Min(least, ObsPruner.Apply(layer.Weights, 1, 8, keep, layer.Hessian).Loss);
            }
            best += least;
            float[] sorted = [.. layer.Weights.Select(Math.Abs).Order()];
            magnitude += layer.Loss([.. layer.Weights.Select(w => Math.Abs(w) < sorted[4] ? 0 : w)]);
        }
        Assert.True(chosen >= best * (1 - 1e-9));
        Assert.True(chosen < 1.5 * best, $"{chosen} against {best}");
        Assert.True(chosen < 0.5 * magnitude, $"{chosen} against {magnitude}");
    }

    [Theory]
    [InlineData(PrunePattern.Unstructured)]
    [InlineData(PrunePattern.Pairs)]
    [InlineData(PrunePattern.Blocks)]
    [InlineData(PrunePattern.Channels)]
    internal void ExactlyTheWantedUnitsGoAndItBeatsMagnitude(PrunePattern pattern)
    {
        double loss = 0, magnitude = 0;
        for (int seed = 0; seed < 3; seed++)
        {
            RandomLayer layer = new(20, 270, seed, 1500);
            PatternUnits units = new(pattern, 20, 270, 3);
            int remove = (int)(0.7 * units.Count);
            PruneResult swept = OneLayer.Prune(layer.Weights, units, layer.Hessian, remove, new ObsOptions(RefitColumns: 0));
            PruneResult fitted = OneLayer.Prune(layer.Weights, units, layer.Hessian, remove);
            foreach (PruneResult result in (PruneResult[])[swept, fitted])
            {
                bool[] kept = new bool[units.Count];
                for (int u = 0; u < kept.Length; u++)
                    kept[u] = result.Keep[units.RowBlock(u / units.ColumnSets).First * 270 + units.ColumnSet(u % units.ColumnSets)[0]];
                Assert.Equal(units.Expand(kept), result.Keep);
                Assert.Equal(remove, kept.Count(k => !k));
                for (int i = 0; i < result.Keep.Length; i++)
                    if (!result.Keep[i]) Assert.Equal(0, result.Weights[i]);
                Assert.Equal(LayerLoss.Compute(layer.Weights, result.Weights, 20, layer.Hessian), result.Loss, 1e-9 * result.Loss);
            }
            Assert.True(fitted.Loss <= swept.Loss * 1.001);
            loss += fitted.Loss;
            double[] squares = new double[units.Count];
            Saliency.Magnitude(layer.Weights, UnitOf(units), squares);
            magnitude += ObsPruner.Apply(layer.Weights, 20, 270, OneLayer.WithoutLowest(units, squares, remove), layer.Hessian).Loss;
        }
        Assert.True(loss < magnitude, $"{loss} against {magnitude}");
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        RandomLayer layer = new(20, 300, 3, 600);
        PatternUnits units = new(PrunePattern.Unstructured, 20, 300);
        foreach (int refit in (int[])[0, 1200])
        {
            PruneResult one = OneLayer.Prune(layer.Weights, units, layer.Hessian, 5000, new ObsOptions(RefitColumns: refit, Threads: 1));
            PruneResult four = OneLayer.Prune(layer.Weights, units, layer.Hessian, 5000, new ObsOptions(RefitColumns: refit, Threads: 4));
            Assert.Equal(one.Weights, four.Weights);
            Assert.Equal(one.Keep, four.Keep);
            Assert.Equal(one.Loss, four.Loss);
        }
    }

    [Fact]
    public void DeadInputsGoFirst()
    {
        float[] samples = RandomLayer.Normal(new Random(1), 200 * 20);
        for (int i = 0; i < samples.Length; i++)
            if (i % 20 < 10) samples[i] = 0;
        SecondMoments moments = new(20);
        moments.Add(samples);
        float[] weights = RandomLayer.Normal(new Random(2), 6 * 20);
        PruneResult result = OneLayer.Prune(weights, new PatternUnits(PrunePattern.Unstructured, 6, 20),
            new InputHessian(moments.Moments()), 60);
        Assert.Equal(0, result.Loss, 1e-12);
        for (int i = 0; i < weights.Length; i++) Assert.Equal(i % 20 >= 10, result.Keep[i]);
    }

    [Fact]
    public void GroupsArePrunedWithTheirOwnInputs()
    {
        RandomLayer first = new(4, 12, 5), second = new(4, 12, 6);
        InputHessian both = new(first.Hessian[0], second.Hessian[0]);
        bool[] keep = [.. RandomMask(first, 0.5, 1), .. RandomMask(second, 0.5, 2)];
        float[] joint = ObsPruner.Apply([.. first.Weights, .. second.Weights], 8, 12, keep, both).Weights;
        Assert.Equal(ObsPruner.Apply(first.Weights, 4, 12, keep[..48], first.Hessian).Weights, joint[..48]);
        Assert.Equal(ObsPruner.Apply(second.Weights, 4, 12, keep[48..], second.Hessian).Weights, joint[48..]);
        PatternUnits units = new(PrunePattern.Blocks, 8, 12, 1, 2);
        Assert.Equal(10 * 4, OneLayer.Prune([.. first.Weights, .. second.Weights], units, both, 10).Keep.Count(k => !k));
    }

    [Fact]
    public void RowsThatMatterMoreKeepMore()
    {
        RandomLayer layer = new(10, 30, 9);
        float[] sensitivity = [.. Enumerable.Range(0, 10).Select(r => r < 5 ? 1f : 50f)];
        PatternUnits units = new(PrunePattern.Unstructured, 10, 30);
        bool[] keep = OneLayer.Prune(layer.Weights, units, layer.Hessian, 150, new ObsOptions(RowSensitivity: sensitivity)).Keep;
        Assert.True(keep.Skip(150).Count(k => k) > 2 * keep.Take(150).Count(k => k));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        RandomLayer layer = new(2, 3, 1);
        PatternUnits units = new(PrunePattern.Unstructured, 2, 3);
        Assert.Throws<ArgumentException>(() => OneLayer.Prune([], units, layer.Hessian, 1));
        Assert.Throws<ArgumentException>(() => OneLayer.Prune([1, 2, 3, 4, 5, float.NaN], units, layer.Hessian, 1));
        Assert.Throws<ArgumentException>(() => ObsPruner.Apply(layer.Weights, 2, 3, [true], layer.Hessian));
        Assert.Throws<ArgumentException>(() => ObsPruner.Apply(layer.Weights, 3, 2, new bool[6], layer.Hessian));
        Assert.Throws<ArgumentException>(() => OneLayer.Prune(layer.Weights, units, layer.Hessian, 1, new ObsOptions(Dampening: 0)));
    }

    [Fact]
    public void NothingToRemoveLeavesTheWeightsAndAnEmptyMaskZeroes()
    {
        RandomLayer layer = new(2, 3, 1);
        PatternUnits units = new(PrunePattern.Unstructured, 2, 3);
        Assert.Equal(layer.Weights, OneLayer.Prune(layer.Weights, units, layer.Hessian, 0).Weights);
        Assert.All(ObsPruner.Apply(layer.Weights, 2, 3, new bool[6], layer.Hessian).Weights, w => Assert.Equal(0, w));
    }

    private static int[] UnitOf(PatternUnits units)
    {
        int[] unitOf = new int[units.Rows * units.Columns];
        for (int u = 0; u < units.Count; u++)
        {
            (int first, int count) = units.RowBlock(u / units.ColumnSets);
            foreach (int column in units.ColumnSet(u % units.ColumnSets))
                for (int row = first; row < first + count; row++) unitOf[row * units.Columns + column] = u;
        }

        return unitOf;
    }

    private static bool[] RandomMask(RandomLayer layer, double density, int seed)
    {
        Random random = new(seed);
        return [.. layer.Weights.Select(_ => random.NextDouble() < density)];
    }
}
