using System.Collections.Generic;

namespace ModelGen.Planning.Packing;

/// <summary>Writes numbers of any width one behind the other, lowest bit first.</summary>
internal sealed class BitWriter
{
    private readonly List<byte> _bytes = [];
    private int _used = 8;

    /// <summary>Appends the lowest bits of a number.</summary>
    /// <param name="value">The number; higher bits are cut off.</param>
    /// <param name="width">How many bits, 0 to 32.</param>
    public void Write(int value, int width)
    {
        for (int bit = 0; bit < width; bit++)
        {
            if (_used == 8)
            {
                _bytes.Add(0);
                _used = 0;
            }

            if ((value >> bit & 1) != 0) _bytes[_bytes.Count - 1] |= (byte)(1 << _used);
            _used++;
        }
    }

    /// <summary>What was written, filled up with zeros to a whole byte.</summary>
    public List<byte> ToBytes() => [.. _bytes];
}
