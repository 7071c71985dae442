using System;
using System.Linq;
using ModelGen.Planning.Lowering;
using Xunit;

namespace ModelGen.Tests.Planning;

/// <summary>Weights laid out for picks out of chunks of channels, read back as a processor does.</summary>
public class PickedRoundsTests
{
    public static TheoryData<int, int, int, double, int> Windows()
    {
        TheoryData<int, int, int, double, int> data = [];
        foreach ((int outputs, int inputs, int taps) in new[] { (8, 8, 1), (9, 13, 6), (24, 16, 1), (37, 50, 9) })
            foreach (double density in new[] { 0, 0.1, 0.5 })
                foreach (int largest in new[] { 1, 7, 127 }) data.Add(outputs, inputs, taps, density, largest);
        return data;
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void EveryWeightIsThereOnceAndPairsFit16Bits(int outputs, int inputs, int taps, double density, int largest)
    {
        var random = new Random(7);
        int[] values = [.. Enumerable.Range(0, outputs * inputs * taps)
            .Select(_ => random.NextDouble() < density ? random.Next(-largest - 1, largest + 1) : 0)];
        PickedRounds rounds = PickedRounds.Of(values, outputs, inputs, taps);
        var read = new int[values.Length];
        int chunks = (inputs + 15) / 16;
        for (int group = 0; group < rounds.First.Count - 1; group++)
        {
            int start = Math.Min(group * 8, outputs - 8);
            Array.Clear(read, start * inputs * taps, 8 * inputs * taps);
            for (int round = rounds.First[group]; round < rounds.First[group + 1]; round++)
            {
                (int tap, int chunk) = (rounds.Chunks[round] / chunks, rounds.Chunks[round] % chunks);
                for (int i = 0; i < 32; i += 2)
                {
                    int first = unchecked((sbyte)rounds.Rounds[round * 64 + 32 + i]), second = unchecked((sbyte)rounds.Rounds[round * 64 + 33 + i]);
                    Assert.InRange(255 * (Math.Max(first, 0) + Math.Max(second, 0)), 0, short.MaxValue);
                    Assert.InRange(255 * (Math.Min(first, 0) + Math.Min(second, 0)), short.MinValue, 0);
                    Add(rounds.Rounds[round * 64 + i], first);
                    Add(rounds.Rounds[round * 64 + i + 1], second);

                    void Add(int position, int weight) => read[((start + i / 4) * inputs + Channel(chunk, position)) * taps + tap] += weight;
                }
            }
        }

        Assert.Equal(values, read);

        // Of few channels a chunk has the first eight and the last eight, of more the last chunk ends with them.
        int Channel(int chunk, int position) => inputs >= 16 ? Math.Min(chunk * 16, inputs - 16) + position
            : position < 8 ? position : position + inputs - 16;
    }

    [Fact]
    public void ZerosCostNothing()
    {
        PickedRounds rounds = PickedRounds.Of(new int[16 * 16 * 9], 16, 16, 9);
        Assert.Empty(rounds.Rounds);
        Assert.Equal([0, 0, 0], rounds.First);
    }
}
