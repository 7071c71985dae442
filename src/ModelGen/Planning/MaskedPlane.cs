using System;
using System.Linq;

namespace ModelGen.Planning;

/// <summary>
/// How a depthwise convolution with a window of three columns lays out one channel: without gaps between rows, with room for the window before and
/// behind, a stride of two as a plane for each phase. A tap then reads the pixels of all outputs at once, shifted; what comes from beyond a row's end is
/// taken off by a mask. Vectors are full however short rows are, and those of an output's own row begin at cache lines.
/// </summary>
internal sealed class MaskedPlane
{
    /// <summary>Columns of the window.</summary>
    public const int Columns = 3;

    private readonly ConvolutionGeometry _geometry;

    // Elements of a cache line, and of the widest vector.
    private const int Line = 16;

    // Elements of a channel of which two stay in a first-level cache along with what is read and written.
    private const int LargestOfTwo = 4096;

    private MaskedPlane(ConvolutionGeometry geometry, int buffers)
    {
        _geometry = geometry;
        Stride = geometry.StrideX;
        Pixels = geometry.OutputHeight * geometry.OutputWidth;
        int[] rows = [.. Enumerable.Range(0, geometry.KernelHeight).Select(RowShift)];
        Margin = Lines(Math.Max(0, -rows.Min()) * geometry.OutputWidth);
        PlaneLength = Lines(checked(Margin + Lines(Pixels) + (Math.Max(0, rows.Max()) * geometry.OutputWidth)));
        Buffers = ChannelLength <= LargestOfTwo ? buffers : 1;
        HasLeftMask = ColumnShift(0) < 0;
        HasRightMask = ColumnShift(Columns - 1) > 0;
    }

    /// <summary>1 or 2, along both axes.</summary>
    public int Stride { get; }

    /// <summary>Outputs of a channel.</summary>
    public int Pixels { get; }

    /// <summary>Elements before the first pixel of a plane: zeros.</summary>
    public int Margin { get; }

    /// <summary>Elements of a plane with its margins.</summary>
    public int PlaneLength { get; }

    /// <summary>Elements of all planes of a channel, of which there is one a phase.</summary>
    public int ChannelLength => checked(Stride * Stride * PlaneLength);

    /// <summary>Channels that are laid out at a time: of two the next one is written before one is read, which then need not wait for it.</summary>
    public int Buffers { get; }

    /// <summary>Elements of all planes.</summary>
    public int Length => checked(Buffers * ChannelLength);

    /// <summary>Whether the first column of the window reaches over the start of a row.</summary>
    public bool HasLeftMask { get; }

    /// <summary>Whether the last column of the window reaches over the end of a row.</summary>
    public bool HasRightMask { get; }

    /// <summary>Elements of the masks.</summary>
    public int MaskLength => ((HasLeftMask ? 1 : 0) + (HasRightMask ? 1 : 0)) * MaskPixels;

    /// <summary>Elements of a mask: of whole vectors.</summary>
    public int MaskPixels => Lines(Pixels);

    /// <summary>Where the first output reads each row of the window, relative to the first plane; in outer columns what its neighbour reads there.</summary>
    public int[] Offsets => [.. Enumerable.Range(0, _geometry.KernelHeight).SelectMany(row => Enumerable.Range(0, Columns).Select(column =>
        Plane(row, column) * PlaneLength + Margin + RowShift(row) * _geometry.OutputWidth))];

    /// <summary>The layout of a window, or <see langword="null"/> where another one is better.</summary>
    /// <param name="geometry">The window.</param>
    /// <param name="buffers">Most <see cref="Buffers"/>.</param>
    public static MaskedPlane? Of(ConvolutionGeometry geometry, int buffers = 1)
    {
        bool isSmall = geometry is { StrideX: 1 or 2, DilationX: 1, DilationY: 1, KernelWidth: Columns, KernelHeight: 1 or 2 or 3 }
            && geometry.StrideY == geometry.StrideX && geometry.OutputWidth >= 2 && geometry.OutputHeight * geometry.OutputWidth >= 8;

        // Rows are no longer than those of the output, and columns beyond are padding.
        if (!isSmall || geometry.PadLeft > 1 || geometry.Width > geometry.StrideX * geometry.OutputWidth) return null;

        // Without a stride a channel is copied as it is.
        if (geometry.StrideX == 1 && geometry.Width != geometry.OutputWidth) return null;
        var plane = new MaskedPlane(geometry, buffers);
        return plane.ColumnShift(0) >= -1 && plane.ColumnShift(Columns - 1) <= 1 && plane.ColumnShift(1) == 0
            && geometry.Height <= geometry.StrideY * geometry.OutputHeight ? plane : null;
    }

    /// <summary>How many outputs farther than its own an output reads a row of the window, within the plane of its phase.</summary>
    public int RowShift(int row) => Shift(row - _geometry.PadTop);

    /// <summary>The same for a column of the window: -1, 0 or 1.</summary>
    public int ColumnShift(int column) => Shift(column - _geometry.PadLeft);

    /// <summary>Which plane a tap of the window reads.</summary>
    public int Plane(int row, int column) => Phase(row - _geometry.PadTop) * Stride + Phase(column - _geometry.PadLeft);

    private static int Lines(int elements) => checked((elements + Line - 1) / Line * Line);

    // A position relative to the first pixel of an output: how many outputs farther, and which phase of the stride.
    private int Shift(int position) => (int)Math.Floor((double)position / Stride);

    private int Phase(int position) => position - Shift(position) * Stride;
}
