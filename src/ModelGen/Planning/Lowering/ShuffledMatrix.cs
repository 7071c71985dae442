using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// A sparse matrix of signed bytes for processors that pick bytes out of a vector: in a round, each of sixteen outputs picks two of 32
/// neighbouring inputs, wherever its weights are. Products are added in 16 bits, in segments whose sums fit whatever the inputs are.
/// </summary>
internal sealed class ShuffledMatrix
{
    /// <summary>Outputs of a group, and inputs of half a chunk.</summary>
    public const int Lanes = 16;

    private const int ChunkInputs = 2 * Lanes;

    private readonly List<int> _groups = [0], _segments = [0], _chunks = [];
    private readonly List<byte> _rounds = [];

    private ShuffledMatrix()
    {
    }

    /// <summary>First segment of each group of outputs, and the end of the last.</summary>
    public IReadOnlyList<int> Groups => _groups;

    /// <summary>First round of each segment, and the end of the last.</summary>
    public IReadOnlyList<int> Segments => _segments;

    /// <summary>For each round its chunk of inputs.</summary>
    public IReadOnlyList<int> Chunks => _chunks;

    /// <summary>The rounds: two picks (see <see cref="Pick"/>), then two weights, for each output.</summary>
    public IReadOnlyList<byte> Rounds => _rounds;

    /// <summary>Bytes of all tables.</summary>
    public long Bytes => _rounds.Count + sizeof(ushort) * (long)_chunks.Count + sizeof(int) * (long)(_groups.Count + _segments.Count);

    /// <summary>Products of a run, many with zeros.</summary>
    public long Products => 2L * Lanes * _chunks.Count;

    /// <summary>Clocks of a processor with 256-bit vectors, about: two for a round, whose 64 bytes come from the second-level cache, and
    /// what starting a segment and finishing a group take.</summary>
    public long Clocks => 2L * _chunks.Count + 4L * _segments.Count + 8L * _groups.Count;

    /// <summary>Whether a matrix is large enough to fill groups and chunks.</summary>
    public static bool Fits(int rows, int columns) => rows >= Lanes && columns >= Lanes;

    /// <summary>Bytes of scratch memory that the chunks of an input are spread in: each half of a chunk twice, because vectors are shuffled in halves.</summary>
    public static int SpreadBytes(int columns) => 2 * ChunkInputs * ((columns + ChunkInputs - 1) / ChunkInputs);

    /// <summary>Where a group of outputs or half a chunk of inputs begins: the last one is moved back to end with them.</summary>
    public static int Start(int index, int length) => Math.Min(index * Lanes, length - Lanes);

    /// <summary>How a round names an input of its chunk.</summary>
    /// <param name="column">The input.</param>
    /// <param name="columns">All inputs.</param>
    public static int Pick(int column, int columns) => PickOf(column / Lanes, column - Start(column / Lanes, columns));

    /// <summary>The name of a byte of a chunk of which each half is there twice: its place in the first half, or 0xB0 more in the second. A
    /// permutation looks at the lowest bits only, which are the place in the whole; a shuffle of one half gives zero where the top bit is set, so that halves need no comparison.</summary>
    /// <param name="half">Which half, counted through all chunks.</param>
    /// <param name="place">The place in it, 0 to 15.</param>
    public static int PickOf(int half, int place) => place + half % 2 * 0xB0;

    /// <summary>Lays out a matrix.</summary>
    /// <param name="values">Signed bytes, row by row.</param>
    /// <param name="rows">Outputs, at least sixteen.</param>
    /// <param name="columns">Inputs, at least sixteen.</param>
    public static ShuffledMatrix Of(int[] values, int rows, int columns)
    {
        var matrix = new ShuffledMatrix();
        for (int group = 0; group * Lanes < rows; group++)
        {
            (var most, var least) = (new int[Lanes], new int[Lanes]);
            for (int chunk = 0; chunk * ChunkInputs < columns; chunk++)
            {
                List<Pair>[] pairs = [.. Enumerable.Range(Start(group, rows), Lanes).Select(row => Pairs(values, row * columns, chunk, columns))];
                for (int round = 0; round < pairs.Max(lane => lane.Count); round++)
                    matrix.Add(chunk, [.. pairs.Select(lane => lane.ElementAtOrDefault(round))], most, least);
            }

            if (matrix._segments[matrix._segments.Count - 1] < matrix._chunks.Count) matrix._segments.Add(matrix._chunks.Count);
            matrix._groups.Add(matrix._segments.Count - 1);
        }

        return matrix;
    }

    // Weights of a row in a chunk that are not zero, two at a time where the sum of their products fits 16 bits.
    private static List<Pair> Pairs(int[] values, int row, int chunk, int columns)
    {
        var pairs = new List<Pair>();
        Pair waiting = default;
        for (int column = chunk * ChunkInputs; column < Math.Min((chunk + 1) * ChunkInputs, columns); column++)
        {
            int weight = values[row + column];
            if (weight == 0) continue;
            var both = new Pair(waiting.First, waiting.FirstWeight, Pick(column, columns), weight);
            if (waiting.FirstWeight != 0 && both.Fits(0, 0))
            {
                pairs.Add(both);
                waiting = default;
                continue;
            }

            if (waiting.FirstWeight != 0) pairs.Add(waiting);
            waiting = new Pair(Pick(column, columns), weight, 0, 0);
        }

        if (waiting.FirstWeight != 0) pairs.Add(waiting);
        return pairs;
    }

    private void Add(int chunk, Pair[] round, int[] most, int[] least)
    {
        if (!round.Select((pair, lane) => pair.Fits(most[lane], least[lane])).All(fits => fits))
        {
            _segments.Add(_chunks.Count);
            Array.Clear(most, 0, Lanes);
            Array.Clear(least, 0, Lanes);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            most[lane] += round[lane].Most;
            least[lane] += round[lane].Least;
        }

        _chunks.Add(chunk);
        foreach (Pair pair in round) _rounds.AddRange([(byte)pair.First, (byte)pair.Second]);
        foreach (Pair pair in round) _rounds.AddRange([unchecked((byte)pair.FirstWeight), unchecked((byte)pair.SecondWeight)]);
    }

    // Two inputs of a chunk and their weights; a weight of zero is none.
    private readonly record struct Pair(int First, int FirstWeight, int Second, int SecondWeight)
    {
        public int Most => ShortSums.Most(FirstWeight, SecondWeight);

        public int Least => ShortSums.Least(FirstWeight, SecondWeight);

        public bool Fits(int most, int least) => ShortSums.Fits(most + Most, least + Least);
    }
}
