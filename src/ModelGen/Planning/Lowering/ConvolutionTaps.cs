using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// Where the taps of a convolution over pixels read, and its weights in that order: tap by tap, or two an entry where vectors multiply two numbers at once. Pairs know
/// how many of their columns hold weights, not zeros that fill them up.
/// </summary>
internal static class ConvolutionTaps
{
    /// <summary>Taps of an output channel in the order of its weights; offsets relative to the first plane of the group.</summary>
    /// <param name="geometry">The window.</param>
    /// <param name="channels">Channels, or pairs of them, that an output reads.</param>
    public static List<int> All(ConvolutionGeometry geometry, int channels)
    {
        var taps = new List<int>();
        for (int channel = 0; channel < channels; channel++)
            for (int y = 0; y < geometry.KernelHeight; y++)
                for (int x = 0; x < geometry.KernelWidth; x++)
                    taps.Add(channel * geometry.ChannelStride + geometry.Offset(y, x));
        return taps;
    }

    /// <summary>Two neighbouring input channels an entry; a last odd channel is paired with a zero weight.</summary>
    public static (List<int> Taps, int[] Values, int PairedColumns) ChannelPairs(ConvolutionGeometry geometry, Shape weights, int[] values)
    {
        int inputs = weights[1], pairs = (inputs + 1) / 2, size = geometry.KernelHeight * geometry.KernelWidth;
        List<int> taps = All(geometry, pairs);
        var paired = new int[weights[0] * taps.Count * 2];
        for (int channel = 0; channel < weights[0]; channel++)
        {
            for (int input = 0; input < inputs; input++)
                for (int tap = 0; tap < size; tap++)
                    paired[((channel * pairs + input / 2) * size + tap) * 2 + input % 2] = values[(channel * inputs + input) * size + tap];
        }

        return (taps, paired, 2 * size * (inputs / 2));
    }

    /// <summary>Two neighbouring pixels of the one input channel an entry, where the taps of a phase plane lie side by side.</summary>
    public static (List<int> Taps, int[] Values, int PairedColumns) PixelPairs(ConvolutionGeometry geometry, int channels, int[] values)
    {
        int size = geometry.KernelHeight * geometry.KernelWidth;
        int[] offsets = Enumerable.Range(0, size).Select(tap =>
            geometry.Offset(tap / geometry.KernelWidth, tap % geometry.KernelWidth)).ToArray();
        int[] sorted = Enumerable.Range(0, size).OrderBy(tap => offsets[tap]).ToArray();
        var members = new List<(int First, int Second)>();
        for (int i = 0; i < size; i++)
        {
            bool pairs = i + 1 < size && offsets[sorted[i + 1]] == offsets[sorted[i]] + 1;
            members.Add((sorted[i], pairs ? sorted[i + 1] : -1));
            if (pairs) i++;
        }

        // Pairs first, so that weights can be packed without the zeros beside single ones.
        members = [.. members.OrderBy(member => member.Second < 0)];
        List<int> taps = [.. members.Select(member => offsets[member.First])];
        var paired = new int[channels * taps.Count * 2];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int entry = 0; entry < members.Count; entry++)
            {
                paired[(channel * taps.Count + entry) * 2] = values[channel * size + members[entry].First];
                if (members[entry].Second >= 0)
                    paired[(channel * taps.Count + entry) * 2 + 1] = values[channel * size + members[entry].Second];
            }
        }

        return (taps, paired, 2 * members.Count(member => member.Second >= 0));
    }

    /// <summary>The weights as they are packed: without the zeros that fill up taps which hold one weight instead of a pair.</summary>
    public static int[] Unpaired(int[] values, int channels, int taps, int pairedColumns, int perEntry)
    {
        if (pairedColumns == perEntry * taps || perEntry == 1) return values;
        int columns = pairedColumns + taps - pairedColumns / 2;
        var unpaired = new int[channels * columns];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int column = 0; column < columns; column++)
                unpaired[channel * columns + column] =
                    values[channel * 2 * taps + (column < pairedColumns ? column : 2 * column - pairedColumns)];
        }

        return unpaired;
    }

    /// <summary>Taps of one channel in shifted planes.</summary>
    public static List<int> ShiftedTaps(ConvolutionGeometry geometry)
    {
        var planes = new ShiftedPlanes(geometry, 1);
        var taps = new List<int>();
        for (int y = 0; y < geometry.KernelHeight; y++)
            for (int x = 0; x < geometry.KernelWidth; x++) taps.Add(planes.Offset(y, x, 1));
        return taps;
    }

    /// <summary>Two neighbouring columns of the window an entry; a last odd column is paired with a zero weight. Pairs come first, so that weights can be
    /// packed without those zeros.</summary>
    public static (List<int> Taps, int[] Values, int PairedColumns) ShiftedPairs(ConvolutionGeometry geometry, int channels, int[] values)
    {
        var planes = new ShiftedPlanes(geometry, 2);
        int width = geometry.KernelWidth, size = geometry.KernelHeight * width;
        List<(int Row, int Column)> entries = [.. Enumerable.Range(0, geometry.KernelHeight)
            .SelectMany(y => Enumerable.Range(0, planes.Count).Select(pair => (Row: y, Column: 2 * pair)))
            .OrderBy(entry => entry.Column + 1 == width)];
        var paired = new int[channels * entries.Count * 2];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int entry = 0; entry < entries.Count; entry++)
            {
                (int row, int column) = entries[entry];
                int from = channel * size + row * width + column, to = (channel * entries.Count + entry) * 2;
                paired[to] = values[from];
                if (column + 1 < width) paired[to + 1] = values[from + 1];
            }
        }

        return ([.. entries.Select(entry => planes.Offset(entry.Row, entry.Column, 2))], paired,
            2 * entries.Count(entry => entry.Column + 1 < width));
    }
}
