using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// Finds the groups of channels that something depends on: an output of the graph, an operator that mixes channels, or a live output of a
/// layer with a weight for the channel that cannot become part of its bias. The rest is dead.
/// </summary>
internal sealed class ChannelLiveness
{
    private readonly ModelGraph _graph;
    private readonly ChannelAnalysis _analysis;
    private readonly bool[] _isLive;
    private bool _hasChanged;

    public ChannelLiveness(ModelGraph graph, ChannelAnalysis analysis)
    {
        _graph = graph;
        _analysis = analysis;
        _isLive = new bool[analysis.Groups.Count];
        foreach (GraphOutput output in graph.Outputs) KeepAll(output.Value);

        // A group that comes to life may bring others, in layers before it and, through additions, beside it.
        do
        {
            _hasChanged = false;
            foreach (Node node in graph.Nodes.Reverse()) Visit(node);
            if (!_hasChanged) KeepOneOfEach();
        }
        while (_hasChanged);
    }

    /// <summary>Whether a channel must stay.</summary>
    public bool IsLive(Channel channel) => _isLive[_analysis.Groups.Root(channel.Group)];

    /// <summary>Indices of the channel axis that stay, or <see langword="null"/> for all.</summary>
    public int[]? Kept(ChannelLayout? layout)
    {
        if (layout is null || layout.Channels.All(IsLive)) return null;
        return [.. Enumerable.Range(0, layout.Channels.Length).Where(i => IsLive(layout.Channels[i]))];
    }

    private void Visit(Node node)
    {
        if (_analysis.Recurrence(node) is { } recurrent)
        {
            VisitRecurrent(recurrent);
            return;
        }

        if (_analysis.Layer(node) is { } layer && _analysis.InputLayout(layer) is { } x && _analysis.Layout(node.Output) is { } y)
        {
            if (!layer.IsDepthwise) VisitLayer(layer, x, y);
        }
        else if (_analysis.Layer(node) is not null || _analysis.Layout(node.Output) is null)
        {
            foreach (Value? input in node.Inputs) KeepAll(input);
        }
    }

    private void VisitLayer(WeightedLayer layer, ChannelLayout x, ChannelLayout y)
    {
        int[] outputs = Kept(y) ?? [.. Enumerable.Range(0, layer.Outputs)];
        for (int input = 0; input < x.Channels.Length; input++)
        {
            Channel channel = x.Channels[input];
            if (!IsLive(channel) && !layer.CanFold(channel) && outputs.Any(output => layer.IsUsed(output, input))) Keep(channel);
        }
    }

    // Units read each other; zeros need no weight and no bias.
    private void VisitRecurrent(RecurrentLayer layer)
    {
        ChannelLayout units = _analysis.Layout(layer.Node.Output)!;
        ChannelLayout? x = _analysis.InputLayout(layer);
        if (x is null) KeepAll(layer.Node.Input(0));
        for (int unit = 0; unit < layer.Units; unit++)
        {
            if (!IsLive(units.Channels[unit])) continue;
            for (int other = 0; other < layer.Units; other++)
                if (units.Channels[other].Constant != 0 && layer.ReadsUnit(unit, other)) Keep(units.Channels[other]);
            for (int input = 0; x is not null && input < layer.Inputs; input++)
                if (x.Channels[input].Constant != 0 && layer.ReadsInput(unit, input)) Keep(x.Channels[input]);
        }
    }

    private void Keep(Channel channel)
    {
        if (IsLive(channel)) return;
        _isLive[_analysis.Groups.Root(channel.Group)] = true;
        _hasChanged = true;
    }

    private void KeepAll(Value? value)
    {
        if (value is null || _analysis.Layout(value) is not { } layout) return;
        foreach (Channel channel in layout.Channels) Keep(channel);
    }

    // Tensors without elements are more trouble than one channel too many.
    private void KeepOneOfEach()
    {
        foreach (Node node in _graph.Nodes)
            if (_analysis.Layout(node.Output) is { } layout && Kept(layout) is { Length: 0 }) Keep(layout.Channels[0]);
    }
}
