namespace ModelGen.Passes.DeadChannels;

/// <summary>What is known about the elements of a tensor at one index of its channel axis.</summary>
/// <param name="Group">Channels of one group stay or go together; see <see cref="ChannelGroups"/>.</param>
/// <param name="Constant">The one number (an integer where the tensor is quantized) that all the elements are at every run, or
/// <see langword="null"/>.</param>
internal readonly record struct Channel(int Group, double? Constant);
