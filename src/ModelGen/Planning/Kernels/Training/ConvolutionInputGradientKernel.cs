using System.Collections.Generic;

namespace ModelGen.Planning.Kernels.Training;

/// <summary>
/// Gradient of a convolution's input: a convolution of the output's gradient, spread to the pitch of the planes of
/// <see cref="ConvolutionGeometry"/>, with the weights' two channel axes exchanged. Each phase plane has taps of its own.
/// </summary>
internal sealed record ConvolutionInputGradientKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    public required int Batch { get; init; }

    public required int Groups { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Elements before the first row of a spread gradient: the largest offset of a tap.</summary>
    public required int Margin { get; init; }

    /// <summary>Elements of a spread gradient of one channel.</summary>
    public required int SpreadSize { get; init; }

    /// <summary>Phases with the taps that read them.</summary>
    public required IReadOnlyList<PhaseTaps> Phases { get; init; }

    /// <summary>As many zeros as a group has input channels: the bias.</summary>
    public required ConstantTable Zeros { get; init; }

    /// <summary>Rows of all groups and phases, each with one more for the end of its last list.</summary>
    public int Rows => Phases.Count * (Geometry.Channels + Groups);

    /// <summary>Whether the output's gradient is used where it lies.</summary>
    public bool IsSpreadDirect => Margin == 0 && Geometry.Columns == Geometry.OutputWidth && Geometry.Rows == Geometry.OutputHeight;
}
