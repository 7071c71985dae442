using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// The weights of a sparse convolution for processors that pick bytes out of a vector: in a round each of sixteen output channels picks four of the
/// 32 input channels of a chunk, wherever its weights are. Products are added two at a time in 16 bits, then in 32.
/// </summary>
internal sealed class PickedRounds
{
    /// <summary>Outputs of a group, picks of an output in a round.</summary>
    public const int Lanes = 16, Picks = 4;

    // Dense products that take as long as a round (as in Passes/ChannelsLast). Windows larger than a pixel pick from farther away.
    private const int PixelWork = 90, WindowWork = 130;

    /// <summary>Bytes of a chunk: each half of its inputs twice, because vectors are shuffled in halves.</summary>
    public const int ChunkBytes = 2 * ChunkInputs;

    private const int HalfChunk = 16, ChunkInputs = 2 * HalfChunk, Fewest = HalfChunk / 2;

    private readonly List<int> _first = [0], _chunks = [];
    private readonly List<byte> _rounds = [];

    private PickedRounds()
    {
    }

    /// <summary>First round of each group of outputs, and the end of the last.</summary>
    public IReadOnlyList<int> First => _first;

    /// <summary>For each round its tap and chunk: <c>tap * chunks of a pixel + chunk</c>.</summary>
    public IReadOnlyList<int> Chunks => _chunks;

    /// <summary>The rounds: four picks (see <see cref="Pick"/>), then four weights, for each output.</summary>
    public IReadOnlyList<byte> Rounds => _rounds;

    /// <summary>Whether the rounds take less time than all products.</summary>
    /// <param name="weights">Weights of the layer.</param>
    /// <param name="taps">Positions of the window.</param>
    public bool IsFaster(int weights, int taps) => (taps == 1 ? PixelWork : WindowWork) * (long)_chunks.Count < weights;

    /// <summary>Products of a pixel, many with zeros.</summary>
    public long Products => (long)Lanes * Picks * _chunks.Count;

    /// <summary>Whether channels fill a group and a quarter of a chunk.</summary>
    public static bool Fits(int outputs, int inputs) => outputs >= Lanes && inputs >= Fewest;

    /// <summary>Chunks of a pixel.</summary>
    public static int ChunksOf(int inputs) => (inputs + ChunkInputs - 1) / ChunkInputs;

    /// <summary>How a round names an input of its chunk (see <see cref="ShuffledMatrix.PickOf"/>). The last half of a chunk is moved back to end with the inputs; of
    /// fewer than sixteen it has the first eight, then the last eight.</summary>
    public static int Pick(int input, int inputs) => ShuffledMatrix.PickOf(input / HalfChunk,
        inputs < HalfChunk && input < Fewest ? input
        : input / HalfChunk == inputs / HalfChunk ? input - inputs + HalfChunk : input % HalfChunk);

    /// <summary>Lays out weights.</summary>
    /// <param name="values">Signed bytes [output][input][tap].</param>
    /// <param name="outputs">Output channels; the last group is moved back to end with them.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="taps">Positions of the window.</param>
    public static PickedRounds Of(int[] values, int outputs, int inputs, int taps)
    {
        var rounds = new PickedRounds();
        int chunks = ChunksOf(inputs);
        for (int start = 0; start < outputs; start += Lanes)
        {
            int[] lanes = [.. Enumerable.Range(Math.Min(start, outputs - Lanes), Lanes)];
            for (int at = 0; at < taps * chunks; at++)
            {
                (int tap, int chunk) = (at / chunks, at % chunks);
                List<Pair>[] pairs = [.. lanes.Select(output => PairsOf(values, output * inputs * taps + tap, taps, chunk, inputs))];
                for (int round = 0; 2 * round < pairs.Max(lane => lane.Count); round++) rounds.Add(at, pairs, 2 * round);
            }

            rounds._first.Add(rounds._chunks.Count);
        }

        return rounds;
    }

    // The weights of an output in a chunk that are not zero, two at a time where their products fit 16 bits together.
    private static List<Pair> PairsOf(int[] values, int first, int step, int chunk, int inputs)
    {
        var pairs = new List<Pair>();
        Pair waiting = default;
        for (int input = chunk * ChunkInputs; input < Math.Min((chunk + 1) * ChunkInputs, inputs); input++)
        {
            (int weight, int position) = (values[first + input * step], Pick(input, inputs));
            if (weight == 0) continue;
            bool isPair = waiting.FirstWeight != 0
                && ShortSums.Fits(ShortSums.Most(waiting.FirstWeight, weight), ShortSums.Least(waiting.FirstWeight, weight));
            if (isPair) pairs.Add(new Pair(waiting.First, waiting.FirstWeight, position, weight));
            else if (waiting.FirstWeight != 0) pairs.Add(waiting);
            waiting = isPair ? default : new Pair(position, weight, 0, 0);
        }

        if (waiting.FirstWeight != 0) pairs.Add(waiting);
        return pairs;
    }

    private void Add(int chunk, List<Pair>[] pairs, int first)
    {
        Pair[] round = [.. pairs.SelectMany(lane => new[] { lane.ElementAtOrDefault(first), lane.ElementAtOrDefault(first + 1) })];
        _chunks.Add(chunk);
        foreach (Pair pair in round) _rounds.AddRange([(byte)pair.First, (byte)pair.Second]);
        foreach (Pair pair in round) _rounds.AddRange([unchecked((byte)pair.FirstWeight), unchecked((byte)pair.SecondWeight)]);
    }

    // Two inputs of a chunk and their weights; a weight of zero is none.
    private readonly record struct Pair(int First, int FirstWeight, int Second, int SecondWeight);
}
