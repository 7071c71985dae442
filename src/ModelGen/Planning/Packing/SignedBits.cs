using System;
using System.Linq;

namespace ModelGen.Planning.Packing;

/// <summary>Bits of integers in two's complement.</summary>
internal static class SignedBits
{
    /// <summary>The fewest bits that hold all values: 0 when they all are zero, 1 for 0 and -1, 8 for a signed byte.</summary>
    public static int Of(ReadOnlySpan<int> values)
    {
        int magnitude = 0;
        bool any = false;
        foreach (int value in values)
        {
            // A negative number needs the bits of its complement, and both a sign.
            magnitude |= value < 0 ? ~value : value;
            any |= value != 0;
        }

        return any ? Unsigned(magnitude) + 1 : 0;
    }

    /// <summary>The bits of each row of a matrix.</summary>
    /// <param name="values">The matrix, row by row.</param>
    /// <param name="rows">Its rows, one a neuron.</param>
    public static int[] OfRows(int[] values, int rows)
    {
        int columns = rows == 0 ? 0 : values.Length / rows;
        return Enumerable.Range(0, rows).Select(row => Of(values.AsSpan(row * columns, columns))).ToArray();
    }

    /// <summary>The fewest bits that hold a number that is not negative.</summary>
    public static int Unsigned(int value)
    {
        int bits = 0;
        for (; value != 0; value >>= 1) bits++;
        return bits;
    }
}
