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
        foreach ((int outputs, int inputs, int taps) in new[] { (16, 8, 1), (17, 13, 6), (24, 16, 1), (37, 50, 9), (32, 32, 4), (48, 60, 1) })
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
        int chunks = (inputs + 31) / 32;
        for (int group = 0; group < rounds.First.Count - 1; group++)
        {
            int start = Math.Min(group * 16, outputs - 16);
            Array.Clear(read, start * inputs * taps, 16 * inputs * taps);
            for (int round = rounds.First[group]; round < rounds.First[group + 1]; round++)
            {
                (int tap, int chunk) = (rounds.Chunks[round] / chunks, rounds.Chunks[round] % chunks);
                for (int i = 0; i < 64; i += 2)
                {
                    int first = unchecked((sbyte)rounds.Rounds[round * 128 + 64 + i]), second = unchecked((sbyte)rounds.Rounds[round * 128 + 65 + i]);
                    Assert.InRange(255 * (Math.Max(first, 0) + Math.Max(second, 0)), 0, short.MaxValue);
                    Assert.InRange(255 * (Math.Min(first, 0) + Math.Min(second, 0)), short.MinValue, 0);
                    Add(rounds.Rounds[round * 128 + i], first);
                    Add(rounds.Rounds[round * 128 + i + 1], second);

                    void Add(int pick, int weight)
                    {
                        int half = pick >= 0xB0 ? 1 : 0;
                        Assert.InRange(pick - half * 0xB0, 0, 15);
                        if (weight != 0) read[((start + i / 4) * inputs + Channel(2 * chunk + half, pick - half * 0xB0)) * taps + tap] += weight;
                    }
                }
            }
        }

        Assert.Equal(values, read);

        // Of few channels half a chunk has the first eight and the last eight, of more the last half ends with them.
        int Channel(int half, int position) => inputs >= 16 ? Math.Min(half * 16, inputs - 16) + position
            : position < 8 ? position : position + inputs - 16;
    }

    [Fact]
    public void ZerosCostNothing()
    {
        PickedRounds rounds = PickedRounds.Of(new int[32 * 16 * 9], 32, 16, 9);
        Assert.Empty(rounds.Rounds);
        Assert.Equal([0, 0, 0], rounds.First);
    }
}
