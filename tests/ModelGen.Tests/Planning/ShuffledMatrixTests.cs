using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Planning.Lowering;
using Xunit;

namespace ModelGen.Tests.Planning;

/// <summary>Matrices laid out for shuffles, read back as a processor does.</summary>
public class ShuffledMatrixTests
{
    public static TheoryData<int, int, double, int> Matrices()
    {
        TheoryData<int, int, double, int> data = [];
        foreach ((int rows, int columns) in new[] { (16, 16), (17, 30), (40, 33), (300, 784) })
            foreach (double density in new[] { 0, 0.05, 0.4, 1 })
                foreach (int largest in new[] { 1, 7, 127 }) data.Add(rows, columns, density, largest);
        return data;
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void EveryWeightIsThereOnceAndSegmentsFit16Bits(int rows, int columns, double density, int largest)
    {
        var random = new Random(7);
        int[] values = [.. Enumerable.Range(0, rows * columns)
            .Select(_ => random.NextDouble() < density ? random.Next(-largest - 1, largest + 1) : 0)];
        ShuffledMatrix matrix = ShuffledMatrix.Of(values, rows, columns);
        var read = new int[values.Length];
        for (int group = 0; group * 16 < rows; group++)
        {
            int row = Math.Min(group * 16, rows - 16);
            Array.Clear(read, row * columns, 16 * columns);
            for (int segment = matrix.Groups[group]; segment < matrix.Groups[group + 1]; segment++)
            {
                (var most, var least) = (new int[16], new int[16]);
                for (int round = matrix.Segments[segment]; round < matrix.Segments[segment + 1]; round++)
                {
                    for (int i = 0; i < 32; i++)
                    {
                        int weight = unchecked((sbyte)matrix.Rounds[round * 64 + 32 + i]);

                        int pick = matrix.Rounds[round * 64 + i], second = pick >= 0xB0 ? 1 : 0;
                        Assert.InRange(pick - second * 0xB0, 0, 15);
                        read[(row + i / 2) * columns + Math.Min((2 * matrix.Chunks[round] + second) * 16, columns - 16) + pick % 16] += weight;
                        most[i / 2] += 255 * Math.Max(weight, 0);
                        least[i / 2] += 255 * Math.Min(weight, 0);
                    }
                }

                Assert.All(most, sum => Assert.InRange(sum, 0, short.MaxValue));
                Assert.All(least, sum => Assert.InRange(sum, short.MinValue, 0));
            }
        }

        Assert.Equal(values, read);
    }

    [Fact]
    public void ZerosCostNothing()
    {
        ShuffledMatrix matrix = ShuffledMatrix.Of(new int[32 * 32], 32, 32);
        Assert.Empty(matrix.Rounds);
        Assert.Equal(new List<int> { 0, 0, 0 }, matrix.Groups);
    }
}
