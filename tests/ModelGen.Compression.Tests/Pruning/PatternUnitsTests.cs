using System;
using System.Linq;
using ModelGen.Compression.Pruning;
using Xunit;

namespace ModelGen.Compression.Tests.Pruning;

/// <summary>Every weight is in exactly one unit, and the units have the shapes of their patterns.</summary>
public class PatternUnitsTests
{
    [Theory]
    [InlineData(PrunePattern.Unstructured, 6, 10, 2, 1, 60)]
    [InlineData(PrunePattern.Pairs, 6, 10, 2, 1, 36)]
    [InlineData(PrunePattern.Pairs, 3, 8, 1, 1, 12)]
    [InlineData(PrunePattern.Blocks, 20, 3, 1, 1, 9)]
    [InlineData(PrunePattern.Blocks, 20, 3, 1, 2, 12)]
    [InlineData(PrunePattern.Channels, 6, 10, 2, 1, 6)]
    internal void UnitsPartitionTheWeights(PrunePattern pattern, int rows, int columns, int taps, int sections, int count)
    {
        PatternUnits units = new(pattern, rows, columns, taps, sections);
        Assert.Equal(count, units.Count);
        int[] covered = new int[rows * columns];
        for (int u = 0; u < units.Count; u++)
        {
            bool[] only = new bool[units.Count];
            only[u] = true;
            bool[] mask = units.Expand(only);
            Assert.Equal(units.SizeOf(u), mask.Count(m => m));
            for (int i = 0; i < mask.Length; i++) covered[i] += mask[i] ? 1 : 0;
        }
        Assert.All(covered, c => Assert.Equal(1, c));
        Assert.Equal(rows * columns * 2.5, units.Costs(2.5).Sum());
    }

    [Fact]
    public void PairsAreAdjacentChannelsAtTheSameTap()
    {
        PatternUnits units = new(PrunePattern.Pairs, 1, 9, 3);
        Assert.Equal([0, 3], units.ColumnSet(0).ToArray());
        Assert.Equal([2, 5], units.ColumnSet(2).ToArray());
        Assert.Equal([7], units.ColumnSet(4).ToArray());
    }

    [Fact]
    public void BlocksDoNotStraddleSections()
    {
        PatternUnits units = new(PrunePattern.Blocks, 20, 1, 1, 2);
        Assert.Equal([(0, 8), (8, 2), (10, 8), (18, 2)], Enumerable.Range(0, 4).Select(units.RowBlock));
    }

    [Fact]
    public void ShapesThatDoNotDivideAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new PatternUnits(PrunePattern.Pairs, 2, 9, 2));
        Assert.Throws<ArgumentException>(() => new PatternUnits(PrunePattern.Blocks, 9, 2, 1, 2));
        Assert.Throws<ArgumentException>(() => new PatternUnits(PrunePattern.Unstructured, 0, 2));
        Assert.Throws<ArgumentException>(() => new PatternUnits(PrunePattern.Channels, 2, 2).Expand([true]));
    }
}
