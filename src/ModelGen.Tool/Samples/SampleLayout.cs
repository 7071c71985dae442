namespace ModelGen.Tool.Samples;

/// <summary>How the samples of files become inputs of a model.</summary>
/// <param name="Scale">Factor of every value.</param>
/// <param name="ChannelsLast">Whether the channels of images are the last axis in files and the first in the model.</param>
internal sealed record SampleLayout(float Scale, bool ChannelsLast);
