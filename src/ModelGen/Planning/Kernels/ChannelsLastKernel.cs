using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Dense float32 convolution with channels last: a few pixels at a time, each with a panel of output channels.</summary>
internal sealed record ChannelsLastKernel : Kernel
{
    /// <summary>Output channels of a panel; a last one may have half as many.</summary>
    public const int PanelLanes = 16;

    /// <summary>Window and maps.</summary>
    public required ConvolutionGeometry Geometry { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Whether each channel is convolved on its own.</summary>
    public required bool IsDepthwise { get; init; }

    /// <summary>Weights [panel][tap][input channel][lane], depthwise [panel][tap][lane].</summary>
    public required ConstantTable Weights { get; init; }

    public required ConstantTable Bias { get; init; }

    /// <summary>Where the runs of inputs that are read for a pixel begin.</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>Inputs of a run: those of a row of the window, or of a tap where taps are dilated; depthwise 1.</summary>
    public required int RunLength { get; init; }

    public required Activation Activation { get; init; }

    /// <summary>Rows and columns of the padded input.</summary>
    public required int PaddedHeight { get; init; }

    public required int PaddedWidth { get; init; }

    /// <summary>Whether the input is laid out again with its padding.</summary>
    public bool IsPadded => PaddedHeight != Geometry.Height || PaddedWidth != Geometry.Width;
}
