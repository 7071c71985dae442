using System.Collections.Generic;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// Channels that can only be taken out together: those that a depthwise convolution, an addition or any other operator that works channel
/// by channel brings together (union-find).
/// </summary>
internal sealed class ChannelGroups
{
    private readonly List<int> _parents = [];

    /// <summary>Number of groups that were made.</summary>
    public int Count => _parents.Count;

    /// <summary>Makes a group.</summary>
    public int Add()
    {
        _parents.Add(_parents.Count);
        return _parents.Count - 1;
    }

    /// <summary>The group that stands for all those that were united with one.</summary>
    public int Root(int group)
    {
        while (_parents[group] != group) group = _parents[group] = _parents[_parents[group]];
        return group;
    }

    /// <summary>Makes two groups one.</summary>
    public void Unite(int left, int right) => _parents[Root(left)] = Root(right);
}
