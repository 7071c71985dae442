using System;
using System.Linq;

namespace ModelGen.Planning;

/// <summary>
/// Planes of pairs of bytes whose rows are as long as those of the output, without padding beside them: outputs of all rows are one run, and a vector of them begins
/// where one of the input does. Columns of the window that begin a pixel beside have planes of their own, which are copies, a pixel on, of those that all columns of a
/// phase share.
/// </summary>
internal sealed class AlignedBytePlanes
{
    private const int Lanes = 32, WidestWindow = 3;

    private readonly int[] _offsets;

    private AlignedBytePlanes(ConvolutionGeometry geometry)
    {
        PlaneSize = checked((geometry.Rows * geometry.OutputWidth + Lanes - 1) / Lanes * Lanes);
        PairStride = checked((geometry.PhasesX + Copies(geometry, geometry.KernelWidth)) * geometry.PhasesY * PlaneSize);
        _offsets = [.. Enumerable.Range(0, geometry.KernelHeight * geometry.KernelWidth).Select(tap => Offset(geometry, tap / geometry.KernelWidth, tap % geometry.KernelWidth))];
    }

    /// <summary>Elements of a plane, filled up to whole vectors.</summary>
    public int PlaneSize { get; }

    /// <summary>Elements of all planes of a pair of channels.</summary>
    public int PairStride { get; }

    /// <summary>The layout of a window, if it is one of few columns, beside whose maps there is nothing but padding.</summary>
    /// <param name="geometry">The window.</param>
    public static AlignedBytePlanes? TryOf(ConvolutionGeometry geometry)
    {
        bool isNarrow = geometry.KernelWidth is > 1 and <= WidestWindow && geometry.DilationX == 1 && geometry.StrideX is 1 or 2 && geometry.StrideY == geometry.StrideX;
        if (!isNarrow || geometry.Width != geometry.StrideX * geometry.OutputWidth || geometry.PhasesX != geometry.StrideX || geometry.PhasesY != geometry.StrideY
            || geometry.OutputSize < Lanes || geometry.PadLeft > 1 || geometry.PadTop >= geometry.Rows) return null;
        return Enumerable.Range(0, geometry.KernelWidth).All(column => Math.Abs(Shift(geometry, column)) <= 1) ? new AlignedBytePlanes(geometry) : null;
    }

    /// <summary>Where the first output reads a tap of the window.</summary>
    /// <param name="tap">Row by row.</param>
    public int Offset(int tap) => _offsets[tap];

    private int Offset(ConvolutionGeometry geometry, int row, int column)
    {
        int y = row * geometry.DilationY, phase = y % geometry.StrideY;
        int plane = Shift(geometry, column) == 0 ? phase * geometry.PhasesX + column - geometry.PadLeft
            : (geometry.PhasesX + Copies(geometry, column)) * geometry.PhasesY + phase;
        return checked(plane * PlaneSize + y / geometry.StrideY * geometry.OutputWidth);
    }

    // Columns before one that have copies.
    private static int Copies(ConvolutionGeometry geometry, int column) => Enumerable.Range(0, column).Count(before => Shift(geometry, before) != 0);

    // Pixels of its phase by which a column begins behind the output.
    private static int Shift(ConvolutionGeometry geometry, int column) => (column - geometry.PadLeft + geometry.StrideX) / geometry.StrideX - 1;
}
