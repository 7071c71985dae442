using System;
using System.Linq;
using ModelGen.Planning.Lowering;
using Xunit;

namespace ModelGen.Tests.Planning;

/// <summary>Pairs of weights in segments whose sums fit 16 bits.</summary>
public sealed class ShortSumsTests
{
    /// <summary>Nothing is lost, and no segment overflows, whatever the bytes are.</summary>
    [Theory]
    [InlineData(7, 1)]
    [InlineData(31, 0.5)]
    [InlineData(127, 0.3)]
    [InlineData(127, 1)]
    public void SegmentsFit(int largest, double density)
    {
        const int Rows = 9, Pairs = 40;
        int[] values = Weights(Rows * Pairs * 2, largest, density);
        ShortSums sums = ShortSums.Of(values, Rows);
        Assert.Equal(Rows + 1, sums.Rows.Count);
        var found = new int[values.Length];
        for (int row = 0; row < Rows; row++)
        {
            Assert.True(sums.Rows[row + 1] > sums.Rows[row]);
            for (int segment = sums.Rows[row]; segment < sums.Rows[row + 1]; segment++)
            {
                (int most, int least) = (0, 0);
                for (int at = sums.Segments[segment]; at < sums.Segments[segment + 1]; at++)
                {
                    (int entry, int a, int b) = (sums.Entries[at], sums.Weights[2 * at], sums.Weights[2 * at + 1]);
                    Assert.InRange(entry, row * Pairs, (row + 1) * Pairs - 1);
                    found[2 * entry] += a;
                    found[2 * entry + 1] += b;
                    most += 255 * (Math.Max(a, 0) + Math.Max(b, 0));
                    least += 255 * (Math.Min(a, 0) + Math.Min(b, 0));
                }

                Assert.InRange(most, 0, short.MaxValue);
                Assert.InRange(least, short.MinValue, 0);
            }
        }

        Assert.Equal(values, found);
    }

    /// <summary>A sum of 128 fills a segment: four of 100 leave room for the eight of 14, two in each.</summary>
    [Fact]
    public void SegmentsAreFilled()
    {
        int[] values = [.. Enumerable.Range(0, 12).SelectMany(i => new[] { i < 8 ? 14 : 100, 0 })];
        ShortSums sums = ShortSums.Of(values, 1);
        Assert.Equal(4, sums.Rows[1]);
        Assert.False(sums.IsWhole);
    }

    /// <summary>A row without weights has a segment, so that rows and segments are one to one where rows are whole.</summary>
    [Fact]
    public void AnEmptyRowHasASegment()
    {
        ShortSums sums = ShortSums.Of([1, 2, 0, 0, 0, 0, 0, 0, 3, -4, 0, 1], 3);
        Assert.Equal([0, 1, 2, 3], sums.Rows);
        Assert.Equal([0, 1, 1, 3], sums.Segments);
        Assert.True(sums.IsWhole);
    }

    private static int[] Weights(int count, int largest, double density)
    {
        Random random = new(largest);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < density ? random.Next(-largest, largest + 1) : 0)];
    }
}
