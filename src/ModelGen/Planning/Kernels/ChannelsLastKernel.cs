using System;
using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>
/// Dense convolution with channels last: a few pixels at a time, each with a panel of output channels. On integers two 16-bit numbers are
/// multiplied at once: neighbours of a run, or, depthwise, a channel of neighbouring pixels.
/// </summary>
internal sealed record ChannelsLastKernel : Kernel
{
    /// <summary>Output channels of a panel, and of a smaller one at the end.</summary>
    public const int PanelLanes = 16, SmallPanelLanes = 8;

    /// <summary>Window and maps.</summary>
    public required ConvolutionGeometry Geometry { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Whether each channel is convolved on its own.</summary>
    public required bool IsDepthwise { get; init; }

    /// <summary>Weights [panel][tap][input channel][lane], depthwise [panel][tap][lane]; on integers pairs of a run, or of taps.</summary>
    public required ConstantTable Weights { get; init; }

    public required ConstantTable Bias { get; init; }

    /// <summary>Where the runs of inputs that are read for a pixel begin.</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>Inputs of a run, or pairs of them: those of a row of the window, or of a tap where taps are dilated; depthwise 1.</summary>
    public required int RunLength { get; init; }

    public required ElementType Input { get; init; }

    /// <summary>Clamp of a float result.</summary>
    public required Activation Activation { get; init; }

    /// <summary>Integer result: how sums become bytes.</summary>
    public Requantization? Requantization { get; init; }

    /// <summary>The multipliers of <see cref="Requantization"/>, one an output channel.</summary>
    public ConstantTable? Multipliers { get; init; }

    /// <summary>Input value that padding stands for.</summary>
    public int InputZeroPoint { get; init; }

    public bool IsInteger => Requantization is not null;

    /// <summary>Rows and columns of the padded input, as far as windows reach.</summary>
    public required int PaddedHeight { get; init; }

    public required int PaddedWidth { get; init; }

    /// <summary>Whether the input is laid out again: with its padding, or as pairs.</summary>
    public required bool IsPacked { get; init; }

    /// <summary>Rows before the input, within the padded one.</summary>
    public int Top => Math.Min(Geometry.PadTop, PaddedHeight);

    /// <summary>Columns before the input, within the padded one.</summary>
    public int Left => Math.Min(Geometry.PadLeft, PaddedWidth);

    /// <summary>Depthwise on integers: each how manieth pixel is laid out with the one behind it; with even strides the pairs between are never read.</summary>
    public int PairStep { get; init; } = 1;

    /// <summary>Elements of a row of the padded input.</summary>
    public int Pitch => PaddedWidth * Geometry.Channels;

    /// <summary>Elements of a row as it is laid out.</summary>
    public int PackedPitch => RowOfPairs(PaddedWidth, PairStep) * Geometry.Channels;

    /// <summary>Pairs of a row of some pixels.</summary>
    public static int RowOfPairs(int width, int step) => (width + step - 1) / step;

    /// <summary>The panels of a number of output channels: where each begins and how many it has. The last is moved back to end with them.</summary>
    public static IEnumerable<(int Start, int Lanes)> Panels(int channels)
    {
        for (int start = 0; start < channels;)
        {
            int lanes = channels - start > SmallPanelLanes && channels >= PanelLanes ? PanelLanes : SmallPanelLanes;
            start = Math.Min(start, channels - lanes);
            yield return (start, lanes);
            start += lanes;
        }
    }
}
