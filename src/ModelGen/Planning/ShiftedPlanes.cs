namespace ModelGen.Planning;

/// <summary>
/// How a depthwise convolution lays out one channel. Where rows fill vectors, as <see cref="ConvolutionGeometry"/> does: padded rows, and a
/// plane for each phase of the stride. Where they do not, as a plane for each column of the window, or for each pair of columns, shifted so that
/// all taps of a column read rows as long as those of the output, without gaps between them.
/// </summary>
internal sealed class ShiftedPlanes
{
    private const int ShortestRow = 8;

    private readonly ConvolutionGeometry _geometry;

    /// <summary>Lays out planes.</summary>
    /// <param name="geometry">The window.</param>
    /// <param name="columnsAPlane">1, or 2 for pairs of columns.</param>
    public ShiftedPlanes(ConvolutionGeometry geometry, int columnsAPlane)
    {
        _geometry = geometry;
        IsShifted = geometry.OutputWidth < ShortestRow && geometry.OutputHeight > 1;
        Count = IsShifted ? (geometry.KernelWidth + columnsAPlane - 1) / columnsAPlane : 1;
        PlaneSize = IsShifted ? checked(geometry.PhasesY * geometry.Rows * geometry.OutputWidth) : geometry.ChannelStride;
    }

    /// <summary>Whether there are planes for columns of the window.</summary>
    public bool IsShifted { get; }

    /// <summary>Number of planes.</summary>
    public int Count { get; }

    /// <summary>Elements of a plane, all phases together.</summary>
    public int PlaneSize { get; }

    /// <summary>Elements of all planes.</summary>
    public int Length => checked(Count * PlaneSize);

    /// <summary>Elements between rows of the output where they are read.</summary>
    public int Pitch => IsShifted ? _geometry.OutputWidth : _geometry.Columns;

    /// <summary>Where the first output reads a tap of the window; of a pair of columns where it reads the first.</summary>
    /// <param name="row">Row of the window.</param>
    /// <param name="column">Column of the window.</param>
    /// <param name="columnsAPlane">1, or 2 for pairs of columns.</param>
    public int Offset(int row, int column, int columnsAPlane)
    {
        if (!IsShifted) return _geometry.Offset(row, column);
        int y = row * _geometry.DilationY;
        return column / columnsAPlane * PlaneSize + (y % _geometry.StrideY * _geometry.Rows + y / _geometry.StrideY) * _geometry.OutputWidth;
    }
}
