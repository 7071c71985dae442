using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>
/// Convolution over pixels: each weight is multiplied with a whole run of neighbouring pixels at once (see
/// <see cref="ConvolutionGeometry"/>), so that zero weights can be left out one by one.
/// </summary>
internal sealed record ConvolutionKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    /// <summary>The whole map, where <see cref="Geometry"/> is that of a band, of which one after the other is computed; they are moved back to end with the map.</summary>
    public ConvolutionGeometry? Whole { get; init; }

    public required int Groups { get; init; }

    public required int OutputChannels { get; init; }

    public required TapOrder Order { get; init; }

    public required ElementType Input { get; init; }

    public required ElementType Output { get; init; }

    /// <summary>Weights: float32; or signed bytes (with <see cref="Pairs"/> two an entry); or 16-bit when a byte does not hold
    /// them.</summary>
    public required ConstantTable Weights { get; init; }

    /// <summary>Offset of each tap (dense, relative to the planes of the group) or of each entry (sparse, relative to all
    /// planes).</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>Sparse: index of the first entry of each output channel, and the end of the last.</summary>
    public ConstantTable? First { get; init; }

    /// <summary>Sums of 16 bits: index of the first segment of each output channel, and the end of the last; <see cref="First"/> then has the
    /// first entry of each segment (see <see cref="Lowering.ShortSums"/>).</summary>
    public ConstantTable? Segments { get; init; }

    /// <summary>Sums of 16 bits: the layout of the input without padding beside it, where there is one.</summary>
    public AlignedBytePlanes? Aligned { get; init; }

    /// <summary>Bias of each output channel.</summary>
    public required ConstantTable Bias { get; init; }

    /// <summary>Clamp of a float result.</summary>
    public Activation Activation { get; init; } = Activation.None;

    /// <summary>Whether a second operand, as large as the result, is added to it behind the clamp: the way around the layer.</summary>
    public bool AddsOperand { get; init; }

    /// <summary>Whether <see cref="AddsOperand"/> is possible.</summary>
    public bool CanAddOperand => !IsInteger && Order == TapOrder.Dense && !IsDepthwise && Groups == 1 && Whole is null && Columns is null && IsInPlace;

    /// <summary>Integer result: how sums become bytes.</summary>
    public Requantization? Requantization { get; init; }

    /// <summary>The multipliers of <see cref="Requantization"/>, one an output channel.</summary>
    public ConstantTable? Multipliers { get; init; }

    /// <summary>Integer layers of the modern profile: what two neighbouring 16-bit lanes hold.</summary>
    public Pairing Pairs { get; init; }

    /// <summary>Whether results go straight to their place: rows without gaps, or, in the modern profile, of whole vectors.</summary>
    public required bool IsInPlace { get; init; }

    /// <summary>Whether each channel is convolved on its own, in planes shifted by the columns of the window (see <see cref="ShiftedPlanes"/>).</summary>
    public bool IsDepthwise { get; init; }

    /// <summary>Depthwise on floats: the layout without gaps, where there is one.</summary>
    public MaskedPlane? Masked { get; init; }

    /// <summary>Sparse on floats: the layout in which columns of the window are summed apart, where there is one. <see cref="First"/> then has three runs of
    /// entries an output channel (see <see cref="ColumnPlanes.Part"/>).</summary>
    public ColumnPlanes? Columns { get; init; }

    /// <summary>Taps of an output channel (dense): entries of <see cref="Offsets"/>.</summary>
    public int Taps => Offsets.Length;

    public bool IsInteger => Requantization is not null;

    /// <summary>Input value that padding stands for.</summary>
    public int InputZeroPoint { get; init; }
}
