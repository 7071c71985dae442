using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// Orders the output channels of sparse layers of integers by how many weights they have, and with them everything that reads them. Kernels
/// compute neighbouring channels side by side, for as long as the one with most weights takes. Sums of integers are the same in any order.
/// Windows of more than a pixel are left as they are: their kernels take input channels in pairs, and a model may be pruned in such pairs.
/// </summary>
internal sealed class OrderChannels
{
    // Channels that are computed side by side; fewer have no other neighbours.
    private const int Neighbours = 16;

    private const double MostDensity = 0.5;

    private readonly ChannelAnalysis _analysis;

    // Groups of channels that have to stay where they are.
    private readonly HashSet<int> _fixed = [];

    // For the first group of the channels that change places: for each place which channel comes there.
    private readonly Dictionary<int, int[]> _orders = [];

    private OrderChannels(ModelGraph graph)
    {
        _analysis = new ChannelAnalysis(graph);
        WeightedLayer[] layers = [.. graph.Nodes.Select(_analysis.Layer).Where(layer => layer is { IsDepthwise: false })!];
        Dictionary<int, int[]> channels = [];
        foreach (int[] groups in layers.Select(layer => Groups(layer.Node.Output)))
            foreach (int group in groups)
                if (!channels.ContainsKey(group)) channels[group] = groups;
        FindFixed(graph, channels);
        foreach (IGrouping<int, WeightedLayer> same in layers.Where(layer => Groups(layer.Node.Output).Length > Neighbours)
            .GroupBy(layer => Groups(layer.Node.Output)[0]))
        {
            if (channels[same.Key].Any(_fixed.Contains) || !same.All(CanChange)) continue;
            int[][] counts = [.. same.Select(layer => Enumerable.Range(0, layer.Outputs).Select(layer.Count).ToArray())];
            if (!same.Zip(counts, (layer, own) => own.Sum() <= MostDensity * layer.Outputs * layer.Inputs * layer.Taps).Any(isSparse => isSparse)) continue;
            _orders[same.Key] = [.. Enumerable.Range(0, counts[0].Length).OrderByDescending(i => counts.Sum(own => own[i])).ThenBy(i => i)];
        }
    }

    public static ModelGraph Run(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.Operator.Result is not null)) return graph;
        var pass = new OrderChannels(graph);
        return new ChannelRewriter(pass._analysis, pass.Order).Rewrite(graph);
    }

    private int[]? Order(ChannelLayout? layout) =>
        layout is { Channels.Length: > 0 } && _orders.TryGetValue(_analysis.Groups.Root(layout.Channels[0].Group), out int[]? order) ? order : null;

    private int[] Groups(Value? value) => value is null || _analysis.Layout(value) is not { } layout ? []
        : [.. layout.Channels.Select(channel => _analysis.Groups.Root(channel.Group))];

    private void FindFixed(ModelGraph graph, Dictionary<int, int[]> channels)
    {
        foreach (GraphOutput output in graph.Outputs) Fix(output.Value);
        foreach (Node node in graph.Nodes)
        {
            int[] groups = Groups(node.Output);
            if (groups.Length > 0 && !IsWhole(groups, channels)) _fixed.UnionWith(groups);
            bool canFollow = _analysis.Recurrence(node) is null
                && (_analysis.Layer(node) is { } layer ? CanChange(layer) && _analysis.InputLayout(layer) is not null : groups.Length > 0);
            if (canFollow) continue;
            foreach (Value? input in node.Inputs) Fix(input);
            foreach (Value output in node.Outputs.Where(_ => _analysis.Recurrence(node) is not null)) Fix(output);
        }
    }

    // Whether they are the channels of one layer, each once. Elsewhere they are joined with others, repeated, or cut; then each has to keep its place.
    private static bool IsWhole(int[] groups, Dictionary<int, int[]> channels) => channels.TryGetValue(groups[0], out int[]? own) && own.SequenceEqual(groups)
        && groups.Distinct().Count() == groups.Length && groups.All(group => ReferenceEquals(channels[group], own));

    private static bool CanChange(WeightedLayer layer) => layer.Node.Operator.Result is not null && (layer.IsDepthwise || layer.Taps == 1);

    private void Fix(Value? value) => _fixed.UnionWith(Groups(value));
}
