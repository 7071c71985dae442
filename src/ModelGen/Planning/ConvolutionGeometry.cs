using System;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning;

/// <summary>
/// A sliding window turned into flat vectors. The input is laid out as planes so that every tap of the window is a contiguous run at a
/// fixed offset: output position i of a channel reads <c>planes[offset(tap) + i]</c>. Padding is stored; a stride of s splits the input
/// into s x s phase planes (phase p holds the columns p, p + s, p + 2s, ...), so a strided window is an unstrided one over phases.
/// Rows of the output then lie <see cref="Columns"/> apart, of which the last <c>Columns - OutputWidth</c> are not part of the result.
/// A one-dimensional window is one of height 1.
/// </summary>
internal sealed record ConvolutionGeometry
{
    public ConvolutionGeometry(Window window, Shape input, Shape output)
    {
        // A column lies in memory as a row does, and long rows are faster.
        bool isColumn = window.Rank == 2 && input[3] == 1 && output[3] == 1 && window.Kernel[1] == 1;
        bool flat = window.Rank == 1 || isColumn;
        int Of(EquatableArray<int> values, int axis, int otherwise) => flat ? (axis == 0 ? otherwise : values[0]) : values[axis];
        Channels = input[1];
        (Height, Width) = flat ? (1, input[2]) : (input[2], input[3]);
        (OutputHeight, OutputWidth) = flat ? (1, output[2]) : (output[2], output[3]);
        (KernelHeight, KernelWidth) = (Of(window.Kernel, 0, 1), Of(window.Kernel, 1, 1));
        (StrideY, StrideX) = (Of(window.Strides, 0, 1), Of(window.Strides, 1, 1));
        (DilationY, DilationX) = (Of(window.Dilations, 0, 1), Of(window.Dilations, 1, 1));
        (PadTop, PadLeft) = (Of(window.PadsBegin, 0, 0), Of(window.PadsBegin, 1, 0));
        int spanY = (KernelHeight - 1) * DilationY, spanX = (KernelWidth - 1) * DilationX;
        (PhasesY, PhasesX) = (Math.Min(StrideY, spanY + 1), Math.Min(StrideX, spanX + 1));
        (Rows, Columns) = (OutputHeight + spanY / StrideY, OutputWidth + spanX / StrideX);

        // Without strides, padding or cut-off rows the input already is its only plane.
        IsDirect = StrideY == 1 && StrideX == 1 && Rows == Height && Columns == Width && PadTop == 0 && PadLeft == 0;
        PlaneSize = IsDirect ? Height * Width : Rows * Columns + 1;
        Length = checked((OutputHeight - 1) * Columns + OutputWidth);
    }

    // A part of the output of another one.
    private ConvolutionGeometry(ConvolutionGeometry whole, int outputHeight, int outputWidth) : this(whole)
    {
        (OutputHeight, OutputWidth) = (outputHeight, outputWidth);
        if (whole.IsFlat) (Height, Width, Rows, Columns) = (1, outputWidth, 1, outputWidth);
        else Rows = outputHeight + whole.Rows - whole.OutputHeight;
        IsDirect = whole.IsFlat;
        PlaneSize = IsDirect ? Height * Width : Rows * Columns + 1;
        Length = (OutputHeight - 1) * Columns + OutputWidth;
    }

    public int Channels { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutputHeight { get; }

    public int OutputWidth { get; }

    public int KernelHeight { get; }

    public int KernelWidth { get; }

    public int StrideY { get; }

    public int StrideX { get; }

    public int DilationY { get; }

    public int DilationX { get; }

    public int PadTop { get; }

    public int PadLeft { get; }

    /// <summary>Phase planes a channel along y.</summary>
    public int PhasesY { get; }

    /// <summary>Phase planes a channel along x.</summary>
    public int PhasesX { get; }

    /// <summary>Rows of a plane.</summary>
    public int Rows { get; }

    /// <summary>Columns of a plane, and elements between rows of the output while it is computed.</summary>
    public int Columns { get; }

    /// <summary>Elements of a plane, with one spare so that pairs of neighbours may be read.</summary>
    public int PlaneSize { get; }

    /// <summary>Elements of all planes of a channel.</summary>
    public int ChannelStride => PhasesY * PhasesX * PlaneSize;

    /// <summary>Elements of all planes of all channels.</summary>
    public int PackedLength => checked(Channels * ChannelStride);

    /// <summary>Elements of an output channel while it is computed: rows <see cref="Columns"/> apart.</summary>
    public int Length { get; }

    /// <summary>Whether the input is used as it is.</summary>
    public bool IsDirect { get; }

    /// <summary>Whether windows are single pixels of an input that is used as it is.</summary>
    public bool IsFlat => IsDirect && KernelHeight * KernelWidth == 1;

    /// <summary>Whether output rows lie without gaps, so that results go straight to their place.</summary>
    public bool IsContiguous => Columns == OutputWidth || OutputHeight == 1;

    /// <summary>Elements of an output channel.</summary>
    public int OutputSize => OutputHeight * OutputWidth;

    /// <summary>Some rows of the output, or some pixels where windows are single pixels. Rows of the input before the first one count as negative padding.</summary>
    /// <param name="count">Rows, or pixels.</param>
    public ConvolutionGeometry Band(int count) => IsFlat ? new(this, 1, count) : new(this, count, OutputWidth);

    /// <summary>Index of the phase plane that a tap reads.</summary>
    public int Phase(int y, int x) => y * DilationY % StrideY * PhasesX + x * DilationX % StrideX;

    /// <summary>Offset of a tap within its phase plane.</summary>
    public int OffsetInPlane(int y, int x) => y * DilationY / StrideY * Columns + x * DilationX / StrideX;

    /// <summary>Offset of a tap within the planes of its channel.</summary>
    public int Offset(int y, int x) => Phase(y, x) * PlaneSize + OffsetInPlane(y, x);
}
