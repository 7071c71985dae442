using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Passes.DeadChannels;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// Which outputs of layers the compiler can take out, and which of them only together: those that an addition or a depthwise convolution
/// brings together stay or go as one.
/// </summary>
internal sealed class ChannelGroupsOfLayers
{
    private readonly ChannelAnalysis _analysis;
    private readonly HashSet<int> _fixed = [];

    /// <summary>Follows the channels of a network.</summary>
    public ChannelGroupsOfLayers(ModelGraph network)
    {
        _analysis = new ChannelAnalysis(network);
        foreach (GraphOutput output in network.Outputs) Fix(output.Value);
        foreach (Node node in network.Nodes)
            foreach (Value? input in node.Inputs)
                if (input is not null && !LetsGo(node, input)) Fix(input);
    }

    /// <summary>The group of an output channel or hidden unit.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="row">A row of its weights, gate by gate in recurrent layers.</param>
    /// <returns>A number that rows of one group share, or <see langword="null"/> where the output has to stay.</returns>
    public int? GroupOf(Node node, int row) =>
        GroupIn(_analysis.Layout(node.Output), node.Operator is Recurrent recurrent ? row % recurrent.Hidden : row);

    /// <summary>The group of the channel or hidden unit that weights multiply.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="weights">A matrix of it.</param>
    /// <param name="input">Second index into the matrix.</param>
    /// <returns>As <see cref="GroupOf"/>; <see langword="null"/> also for depthwise layers, whose rows are of that group.</returns>
    public int? GroupReadBy(Node node, Value weights, int input) => GroupIn(
        _analysis.Recurrence(node) is { } recurrent ? weights == node.Input(2) ? _analysis.Layout(node.Output) : _analysis.InputLayout(recurrent)
        : _analysis.Layer(node) is { IsDepthwise: false } layer ? _analysis.InputLayout(layer) : null, input);

    private int? GroupIn(ChannelLayout? layout, int channel) =>
        layout is not null && Root(layout.Channels[channel]) is var root && !_fixed.Contains(root) ? root : null;

    // Whether a node works without some of the channels of an operand.
    private bool LetsGo(Node node, Value input)
    {
        if (_analysis.Recurrence(node) is { } recurrent) return _analysis.InputLayout(recurrent) is not null || input != node.Input(0);
        if (_analysis.Layer(node) is { } layer) return _analysis.InputLayout(layer) is not null || input != node.Input(0);
        return _analysis.Layout(node.Output) is not null;
    }

    private void Fix(Value value)
    {
        foreach (Channel channel in _analysis.Layout(value)?.Channels ?? []) _fixed.Add(Root(channel));
    }

    private int Root(Channel channel) => _analysis.Groups.Root(channel.Group);
}
