using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using ModelGen.Compression.Pruning;
using Xunit;

namespace ModelGen.Compression.Tests.Pruning;

/// <summary>Allocations against all subsets of small problems.</summary>
public class GlobalAllocationTests
{
    [Fact]
    public void EqualCostsGiveTheOptimum()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            AllocationLayer[] layers = Random(seed, equalCosts: true);
            for (int target = 3; target <= 12; target++)
            {
                AllocationResult result = GlobalAllocation.Allocate(layers, target);
                Assert.True(result.ReachesTarget);
                Assert.Equal(target, result.Cost, 1e-9);
                Assert.Equal(LeastLost(layers, target), result.LostScore, 1e-9);
            }
        }
    }

    [Fact]
    public void UnequalCostsComeWithinOneUnitOfTheOptimum()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            AllocationLayer[] layers = Random(seed, equalCosts: false);
            double target = 0.5 * layers.Sum(l => l.Costs.Sum());
            AllocationResult result = GlobalAllocation.Allocate(layers, target);
            Assert.True(result.Cost <= target * (1 + 1e-9));
            double least = LeastLost(layers, target);
            Assert.InRange(result.LostScore, least - 1e-9, least + layers.Max(l => l.Scores.Max()));
            double lost = layers.Select((l, i) => l.Scores.Where((_, u) => !result.Keep[i][u]).Sum()).Sum();
            Assert.Equal(lost, result.LostScore, 1e-9);
        }
    }

    [Fact]
    public void FloorsHoldAndNoLayerIsEmptied()
    {
        AllocationLayer[] layers = [new([9, 8, 7, 6], [1, 1, 1, 1], 0.5), new([0, 0.1, 0], [1, 1, 1], 1)];
        AllocationResult result = GlobalAllocation.Allocate(layers, 0);
        Assert.False(result.ReachesTarget);
        Assert.Equal([true, true, false, false], result.Keep[0]);
        Assert.Equal([false, true, false], result.Keep[1]);
        Assert.Equal(3, result.Cost);
    }

    [Fact]
    public void TiesGoToTheFirst()
    {
        AllocationLayer[] layers = [new([1, 1, 1], [1, 1, 1], 1), new([1, 1, 1], [1, 1, 1], 1)];
        AllocationResult result = GlobalAllocation.Allocate(layers, 4);
        Assert.Equal([true, true, true], result.Keep[0]);
        Assert.Equal([true, false, false], result.Keep[1]);
    }

    [Fact]
    public void AlphaDecidesHowMuchTheCostCounts()
    {
        AllocationLayer[] layers = [new([0, 3], [1, 10], 1), new([0, 2], [1, 1], 1)];
        Assert.True(GlobalAllocation.Allocate(layers, 14, alpha: 0).Keep[0][1]);
        AllocationLayer[] three = [new([5, 4], [10, 10], 1), new([1, 2], [1, 1], 1)];
        Assert.Equal([true, true], GlobalAllocation.Allocate(three, 21, alpha: 0).Keep[0]);
        Assert.Equal([true, true], GlobalAllocation.Allocate(three, 12, alpha: 1).Keep[1]);
        Assert.Equal([true, false], GlobalAllocation.Allocate(three, 21, alpha: 1).Keep[0]);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        AllocationLayer layer = new([1], [1]);
        Assert.Throws<ArgumentException>(() => GlobalAllocation.Allocate([], 1));
        Assert.Throws<ArgumentException>(() => GlobalAllocation.Allocate([layer], double.NaN));
        Assert.Throws<ArgumentException>(() => GlobalAllocation.Allocate([layer], -1));
        Assert.Throws<ArgumentException>(() => GlobalAllocation.Allocate([layer], 1, 2));
        Assert.Throws<ArgumentException>(() => new AllocationLayer([], []));
        Assert.Throws<ArgumentException>(() => new AllocationLayer([1], [0]));
        Assert.Throws<ArgumentException>(() => new AllocationLayer([double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => new AllocationLayer([1, 2], [1]));
    }

    private static AllocationLayer[] Random(int seed, bool equalCosts)
    {
        Random random = new(seed);
        return [.. new[] { 4, 3, 6 }.Select(n =>
        {
            double cost = equalCosts ? 1 : 0.5 + 3 * random.NextDouble();
            return new AllocationLayer([.. Enumerable.Range(0, n).Select(_ => random.NextDouble())], [.. Enumerable.Repeat(cost, n)], 1);
        })];
    }

    private static double LeastLost(IReadOnlyList<AllocationLayer> layers, double target)
    {
        (double Score, double Cost, int Layer)[] units =
            [.. layers.SelectMany((l, i) => l.Scores.Zip(l.Costs, (s, c) => (s, c, i)))];
        double least = double.PositiveInfinity;
        for (uint subset = 0; subset < 1u << units.Length; subset++)
        {
            double cost = 0, lost = 0;
            int kept = 0;
            for (int u = 0; u < units.Length; u++)
            {
                if ((subset >> u & 1) == 0) lost += units[u].Score;
                else (cost, kept) = (cost + units[u].Cost, kept | 1 << units[u].Layer);
            }
            if (cost <= target * (1 + 1e-12) && BitOperations.PopCount((uint)kept) == layers.Count) least = Math.Min(least, lost);
        }
        return least;
    }
}
