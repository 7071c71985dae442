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

    private readonly ConvolutionGeometry _geometry;

    private AlignedBytePlanes(ConvolutionGeometry geometry)
    {
        _geometry = geometry;
        PlaneSize = checked((geometry.Rows * geometry.OutputWidth + Lanes - 1) / Lanes * Lanes);
        PairStride = checked((geometry.PhasesX + Enumerable.Range(0, geometry.KernelWidth).Count(column => Shift(column) != 0)) * geometry.PhasesY * PlaneSize);
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
        var planes = new AlignedBytePlanes(geometry);
        return Enumerable.Range(0, geometry.KernelWidth).All(column => Math.Abs(planes.Shift(column)) <= 1) ? planes : null;
    }

    /// <summary>Where the first output reads a tap of the window.</summary>
    /// <param name="row">Row of the window.</param>
    /// <param name="column">Column of the window.</param>
    public int Offset(int row, int column)
    {
        int y = row * _geometry.DilationY, phase = y % _geometry.StrideY, shift = Shift(column);
        int copies = Enumerable.Range(0, column).Count(before => Shift(before) != 0);
        int plane = shift == 0 ? phase * _geometry.PhasesX + column - _geometry.PadLeft
            : (_geometry.PhasesX + copies) * _geometry.PhasesY + phase;
        return plane * PlaneSize + y / _geometry.StrideY * _geometry.OutputWidth;
    }

    // Pixels of its phase by which a column begins behind the output.
    private int Shift(int column) => (int)Math.Floor((double)(column - _geometry.PadLeft) / _geometry.StrideX);
}
