using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// A matrix in blocks of one input and several neighbouring outputs, so that a vector of outputs is computed at once; blocks of zeros are left
/// out. Outputs are filled up to whole blocks.
/// </summary>
internal sealed class BlockedMatrix
{
    /// <summary>Outputs of a block.</summary>
    public const int Lanes = 8;

    private BlockedMatrix(float[] weights, int[] columns, int[] first)
    {
        Weights = weights;
        Columns = columns;
        First = first;
    }

    /// <summary>Weights, block by block: those of an output block lie together.</summary>
    public float[] Weights { get; }

    /// <summary>The input of each block.</summary>
    public int[] Columns { get; }

    /// <summary>First block of each output block, and the end of the last.</summary>
    public int[] First { get; }

    /// <summary>Makes blocks and leaves out those of zeros.</summary>
    /// <param name="rows">Number of outputs, a multiple of <see cref="Lanes"/>.</param>
    /// <param name="columns">Number of inputs.</param>
    /// <param name="weight">Weight of an output and an input.</param>
    public static BlockedMatrix Of(int rows, int columns, Func<int, int, float> weight)
    {
        var weights = new List<float>();
        var inputs = new List<int>();
        var first = new List<int> { 0 };
        for (int row = 0; row < rows; row += Lanes)
        {
            for (int column = 0; column < columns; column++)
            {
                float[] block = [.. Enumerable.Range(row, Lanes).Select(output => weight(output, column))];
                if (block.All(value => value == 0)) continue;
                weights.AddRange(block);
                inputs.Add(column);
            }

            first.Add(inputs.Count);
        }

        return new BlockedMatrix([.. weights], [.. inputs], [.. first]);
    }
}
