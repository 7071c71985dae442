using System;
using System.Linq;

namespace ModelGen.Planning;

/// <summary>
/// How a sparse convolution of floats with a window of three columns lays out its input so that every load begins where a vector of 512 bits does: rows
/// without gaps, zeros above and below, a plane for each phase of a stride. Where a row is shorter than a vector there are copies, shifted by whole rows. Each column
/// of the window is summed apart; its sum is moved by a pixel once, instead of a load at an odd address for every weight.
/// </summary>
internal sealed class ColumnPlanes
{
    /// <summary>Pixels of the largest tile, which a row has to divide.</summary>
    public const int TilePixels = 128;

    // A vector of 512 bits; pixels of the smallest tile, that of 128 bits, which is the longest row, too.
    private const int LineFloats = 16, SmallestTile = 32;

    private readonly MaskedPlane _masked;
    private readonly int _pitch;

    private ColumnPlanes(ConvolutionGeometry geometry, MaskedPlane masked)
    {
        _masked = masked;
        _pitch = geometry.OutputWidth;
        Channels = geometry.Channels;
        int[] rows = [.. Enumerable.Range(0, geometry.KernelHeight).Select(masked.RowShift)];
        Above = Math.Max(0, -rows.Min());
        Copies = Math.Max(1, LineFloats / _pitch);
        int length = checked((Above + geometry.OutputHeight + Math.Max(0, rows.Max())) * _pitch) + (Copies > 1 ? LineFloats : 0);
        PlaneLength = (length + LineFloats - 1) / LineFloats * LineFloats;
    }

    /// <summary>Input channels.</summary>
    public int Channels { get; }

    /// <summary>1 or 2, along both axes.</summary>
    public int Stride => _masked.Stride;

    /// <summary>Rows of zeros above a plane.</summary>
    public int Above { get; }

    /// <summary>Copies of a plane; each is a row later than the one before where vectors begin.</summary>
    public int Copies { get; }

    /// <summary>Elements of a plane.</summary>
    public int PlaneLength { get; }

    /// <summary>Elements of all planes.</summary>
    public int Length => checked(Channels * Stride * Stride * Copies * PlaneLength);

    /// <summary>The layout of a window, or <see langword="null"/> where rows are not parts or multiples of vectors.</summary>
    public static ColumnPlanes? Of(ConvolutionGeometry geometry) =>
        geometry.OutputWidth is 4 or 8 or 16 or SmallestTile && geometry.OutputSize >= SmallestTile && MaskedPlane.Of(geometry) is { } masked
            ? new ColumnPlanes(geometry, masked) : null;

    /// <summary>Where a copy begins within its plane.</summary>
    public int Start(int copy) => (LineFloats - copy * _pitch % LineFloats) % LineFloats;

    /// <summary>Where the first output reads a tap, without the column's shift.</summary>
    public int Offset(int channel, int row, int column)
    {
        int line = Above + _masked.RowShift(row), copy = line % Copies;
        int plane = (channel * Stride * Stride + _masked.Plane(row, column)) * Copies + copy;
        return plane * PlaneLength + Start(copy) + line * _pitch;
    }

    /// <summary>Which sum a column of the window belongs to: 0 where it lies to the left of an output, 1 to the right, 2 at its place.</summary>
    public int Part(int column) => _masked.ColumnShift(column) switch { < 0 => 0, > 0 => 1, _ => 2 };
}
