using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.DeadChannels;

/// <summary>Leaves channels out, or gives them other places, in every layer that has them.</summary>
/// <param name="analysis">The channels of each value.</param>
/// <param name="kept">For the channels of a value those that stay, in their new order, or <see langword="null"/> where nothing changes.</param>
internal sealed class ChannelRewriter(ChannelAnalysis analysis, Func<ChannelLayout?, int[]?> kept)
{
    // Not a GraphRewriter: shapes change.
    /// <summary>A graph with those channels only, each in its new place.</summary>
    public ModelGraph Rewrite(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => Kept(node.Output) is not null)) return graph;
        var replacements = new Dictionary<Value, Value>();
        Value? Current(Value? value) => value is not null && replacements.TryGetValue(value, out Value? replacement) ? replacement : value;
        var builder = new GraphBuilder(graph.Metadata);
        foreach (Value input in graph.Inputs) builder.AddInput(input);
        foreach (Node node in graph.Nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(Current)];
            IReadOnlyList<Value> outputs = IsTouched(node) ? Reduced(node, inputs, builder) : builder.Keep(node, inputs);
            for (int i = 0; i < outputs.Count; i++) replacements[node.Outputs[i]] = outputs[i];
        }

        return builder.Build(graph.Outputs.Select(output => output with { Value = Current(output.Value)! }));
    }

    private int[]? Kept(Value value) => kept(analysis.Layout(value));

    private bool IsTouched(Node node) =>
        Kept(node.Output) is not null || node.Inputs.Any(input => input is not null && Kept(input) is not null);

    private IReadOnlyList<Value> Reduced(Node node, Value?[] inputs, GraphBuilder builder)
    {
        if (analysis.Recurrence(node) is { } recurrent)
        {
            int[] units = Kept(node.Output) ?? [.. Enumerable.Range(0, recurrent.Units)];
            int[] channels = kept(analysis.InputLayout(recurrent)) ?? [.. Enumerable.Range(0, recurrent.Inputs)];
            return recurrent.Reduced(units, channels, inputs[0]!, builder);
        }

        if (analysis.Layer(node) is { } layer) return [ReducedLayer(layer, inputs[0]!, builder)];
        int[] left = Kept(node.Output)!;
        int axis = analysis.Layout(node.Output)!.Axis, rank = node.Output.Shape.Rank;
        Operator reduced = node.Operator switch
        {
            TableLookup lookup when lookup.Axis == axis =>
                lookup with { Table = new(left.SelectMany(channel => lookup.Table.Skip(channel * 256).Take(256))) },
            Reshape reshape => new Reshape(Resized(reshape.Target.Dimensions, axis, left.Length)),
            Slice slice => slice with { Sizes = new(Resized(slice.Sizes, axis, left.Length).Dimensions) },
            _ => node.Operator,
        };
        if (node.Operator is Binary or QuantizedSum) inputs = [.. inputs.Select(input => Selected(input!, axis, rank, left))];
        return builder.Add(reduced, node.Name, inputs, [node.Output.Name]);
    }

    private Value ReducedLayer(WeightedLayer layer, Value x, GraphBuilder builder)
    {
        Node node = layer.Node;
        ChannelLayout? before = analysis.InputLayout(layer);
        int[] outputs = Kept(node.Output) ?? [.. Enumerable.Range(0, layer.Outputs)];
        int[] inputs = (layer.IsDepthwise ? null : kept(before)) ?? [.. Enumerable.Range(0, layer.Inputs)];
        (int Input, double Value)[] folded = [.. Enumerable.Range(0, layer.Inputs).Except(inputs)
            .Where(input => before!.Channels[input].Constant is not null)
            .Select(input => (input, before!.Channels[input].Constant!.Value))];

        Tensor all = node.Input(1).Constant!, left = all.Select(0, outputs).Select(1, inputs);
        Tensor? bias = layer.Bias(outputs, folded);
        long positions = node.Output.Shape.Count / layer.Outputs, weights = all.Count - left.Count;
        Operator reduced = weights == 0 ? node.Operator : node.Operator with
        {
            Removed = new RemovedChannels(layer.Outputs - outputs.Length, layer.Outputs, layer.Inputs - inputs.Length, layer.Inputs,
                weights, weights * positions),
        };
        if (layer.IsDepthwise) reduced = (Convolution)reduced with { Groups = x.Shape[1] };
        Value? newBias = bias is null ? null : GraphBuilder.Constant(node.OptionalInput(2)?.Name ?? node.Name + "/bias", bias);
        return builder.Add(reduced, node.Name, [x, GraphBuilder.Constant(node.Input(1).Name, left), newBias], [node.Output.Name])[0];
    }

    private static Shape Resized(IReadOnlyList<int> dimensions, int axis, int size) =>
        new(dimensions.Select((dimension, i) => i == axis ? size : dimension));

    // The part of a constant operand that belongs to the channels that are left.
    private static Value Selected(Value value, int axis, int rank, int[] kept)
    {
        if (value.Constant is not { } constant) return value;
        int own = axis + constant.Shape.Rank - rank;
        return own < 0 || constant.Shape[own] == 1 ? value : GraphBuilder.Constant(value.Name, constant.Select(own, kept));
    }
}
