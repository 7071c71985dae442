using System;
using System.Linq;

namespace ModelGen.Passes.DeadChannels;

/// <summary>The axis of a tensor that channels can be taken out of.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Channels">The channel of each of its indices; a flattened tensor has several of each.</param>
internal sealed record ChannelLayout(int Axis, Channel[] Channels)
{
    /// <summary>The layout of a tensor that has the elements at other places.</summary>
    public ChannelLayout At(int axis) => this with { Axis = axis };

    /// <summary>The same channels with other constants.</summary>
    public ChannelLayout With(Func<int, double?> constant) => this with
    {
        Channels = [.. Channels.Select((channel, i) => channel with { Constant = Finite(constant(i)) })],
    };

    // Zero times infinity is not zero.
    private static double? Finite(double? value) =>
        value is { } number && !double.IsNaN(number) && !double.IsInfinity(number) ? value : null;
}
