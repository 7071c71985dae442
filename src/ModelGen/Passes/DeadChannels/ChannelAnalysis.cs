using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// Follows the channels of weighted layers through everything that works channel by channel, with the numbers of those that are constant.
/// A value without a layout is one whose channels must all stay.
/// </summary>
internal sealed class ChannelAnalysis
{
    private readonly Dictionary<Value, ChannelLayout> _layouts = [];
    private readonly Dictionary<Node, WeightedLayer> _layers = [];
    private readonly Dictionary<Node, RecurrentLayer> _recurrentLayers = [];

    public ChannelAnalysis(ModelGraph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            if (WeightedLayer.Of(node) is { } layer) _layers[node] = layer;
            if (RecurrentLayer.Of(node) is { } recurrent) Describe(recurrent);
            if (node.Outputs.Count == 1 && Describe(node) is { } layout) _layouts[node.Output] = layout;
        }
    }

    /// <summary>Which channels stay or go together.</summary>
    public ChannelGroups Groups { get; } = new();

    /// <summary>The channels of a value, or <see langword="null"/> when all of them must stay.</summary>
    public ChannelLayout? Layout(Value value) => _layouts.TryGetValue(value, out ChannelLayout? layout) ? layout : null;

    /// <summary>The layer that a node is, or <see langword="null"/>.</summary>
    public WeightedLayer? Layer(Node node) => _layers.TryGetValue(node, out WeightedLayer? layer) ? layer : null;

    /// <summary>The recurrent layer that a node is, or <see langword="null"/>.</summary>
    public RecurrentLayer? Recurrence(Node node) =>
        _recurrentLayers.TryGetValue(node, out RecurrentLayer? layer) ? layer : null;

    /// <summary>The channels that a recurrent layer reads, or <see langword="null"/> when all of them must stay.</summary>
    public ChannelLayout? InputLayout(RecurrentLayer layer) => Layout(layer.Node.Input(0)) is { Axis: 2 } layout ? layout : null;

    /// <summary>The channels that a layer reads, or <see langword="null"/> when all of them must stay.</summary>
    public ChannelLayout? InputLayout(WeightedLayer layer) =>
        Layout(layer.Node.Input(0)) is { } layout && layout.Axis == layer.InputAxis ? layout : null;

    private ChannelLayout? Describe(Node node)
    {
        if (Layer(node) is { } layer) return OfLayer(layer);
        if (node.Operator is Concatenate concatenate) return Concatenated(node, concatenate);
        if (node.Operator is Unary or TableLookup or QuantizedSum or AsQuantized { Parameters.IsPerTensor: true }
            or Quantize { Parameters.IsPerTensor: true } or Dequantize { Parameters.IsPerTensor: true }
            or Binary { Function: < BinaryFunction.Equal }) return ElementWise(node);
        if (node.Inputs.Count == 0 || Layout(node.Input(0)) is not { } x) return null;
        return node.Operator switch
        {
            Pooling when x.Axis == 1 => Applied(node, x),
            Reduction reduction => Reduced(node, reduction, x),
            Reshape reshape => Reshaped(x, node.Input(0).Shape, reshape.Target),
            Transpose transpose => x.At(transpose.Permutation.ToList().IndexOf(x.Axis)),
            Slice slice when slice.Starts[x.Axis] == 0 && slice.Steps[x.Axis] == 1 && slice.Sizes[x.Axis] == x.Channels.Length => x,
            Gather gather when node.Input(1).Constant is not null && gather.Axis != x.Axis =>
                x.At(x.Axis < gather.Axis ? x.Axis : x.Axis - 1 + node.Input(1).Shape.Rank),
            _ => null,
        };
    }

    // The sequence and the last states have the units along their last axis; they stay or go in all of them.
    private void Describe(RecurrentLayer layer)
    {
        _recurrentLayers[layer.Node] = layer;
        ChannelLayout? x = InputLayout(layer);
        bool[] zeros = layer.UnitsThatStayZero(input => x?.Channels[input].Constant);
        Channel[] units = [.. zeros.Select(isZero => new Channel(Groups.Add(), isZero ? 0 : null))];
        foreach (Value output in layer.Node.Outputs) _layouts[output] = new ChannelLayout(output.Shape.Rank - 1, units);
    }

    private ChannelLayout? OfLayer(WeightedLayer layer)
    {
        ChannelLayout? x = InputLayout(layer);
        if (layer.IsDepthwise && x is null) return null;
        var channels = new Channel[layer.Outputs];
        for (int output = 0; output < channels.Length; output++)
            channels[output] = new Channel(layer.IsDepthwise ? x!.Channels[layer.Channel(output, 0)].Group : Groups.Add(), null);
        return new ChannelLayout(layer.OutputAxis, channels).With(output => layer.Constant(output, input => x?.Channels[input].Constant));
    }

    private static ChannelLayout Applied(Node node, ChannelLayout x, int? axis = null) => x.At(axis ?? x.Axis).With(i =>
        x.Channels[i].Constant is { } constant ? ChannelArithmetic.Apply(node, i, axis ?? x.Axis, [constant]) : null);

    private static ChannelLayout? Reduced(Node node, Reduction reduction, ChannelLayout x)
    {
        bool fits = !reduction.Axes.Contains(x.Axis) && reduction.Function
            is ReductionFunction.Mean or ReductionFunction.Sum or ReductionFunction.Maximum or ReductionFunction.Minimum;
        return fits ? Applied(node, x, reduction.KeepDimensions ? x.Axis : x.Axis - reduction.Axes.Count(axis => axis < x.Axis)) : null;
    }

    // Channels must lie along one axis of the new shape, each as a run of its indices, perhaps again and again.
    private static ChannelLayout? Reshaped(ChannelLayout x, Shape source, Shape target)
    {
        if (source.Count == 0) return null;
        int size = x.Channels.Length, inner = source.Product(x.Axis + 1, source.Rank);
        for (int axis = 0; axis < target.Rank; axis++)
        {
            int tail = target.Product(axis + 1, target.Rank);
            if (inner % tail != 0 || target[axis] * tail % (size * inner) != 0) continue;
            return new ChannelLayout(axis, [.. Enumerable.Range(0, target[axis]).Select(i => x.Channels[i / (inner / tail) % size])]);
        }

        return null;
    }

    private ChannelLayout? Concatenated(Node node, Concatenate concatenate)
    {
        ChannelLayout?[] parts = [.. node.Inputs.Select(input => Layout(input!))];
        if (parts.Any(part => part is null || part.Axis != parts[0]!.Axis)) return null;
        if (node.Operator.Result is not null)
        {
            parts = [.. parts.Select((part, operand) => part!.With(i => part.Channels[i].Constant is { } constant
                ? ChannelArithmetic.Requantized(node.Input(operand).Type.Quantization!, constant, concatenate) : null))];
        }

        int axis = parts[0]!.Axis;
        if (concatenate.Axis == axis) return new ChannelLayout(axis, [.. parts.SelectMany(part => part!.Channels)]);
        Unite(parts!);
        return parts[0]!.With(i => parts.All(part => part!.Channels[i].Constant == parts[0]!.Channels[i].Constant)
            ? parts[0]!.Channels[i].Constant : null);
    }

    // Operands are broadcast, but not along the axis of channels; constants may be.
    private ChannelLayout? ElementWise(Node node)
    {
        Shape shape = node.Output.Shape;
        var computed = new List<ChannelLayout>();
        foreach (Value? input in node.Inputs)
        {
            if (input!.Constant is not null) continue;
            if (Layout(input) is not { } own) return null;
            ChannelLayout aligned = own.At(own.Axis + shape.Rank - input.Shape.Rank);
            if (aligned.Channels.Length != shape[aligned.Axis] || (computed.Count > 0 && aligned.Axis != computed[0].Axis)) return null;
            computed.Add(aligned);
        }

        if (computed.Count == 0) return null;
        Unite(computed);
        int axis = computed[0].Axis;
        double?[][] numbers = [.. node.Inputs.Select(input => Numbers(input!, shape, axis))];
        return computed[0].With(i => numbers.Any(operand => operand[i] is null) ? null
            : ChannelArithmetic.Apply(node, i, axis, [.. numbers.Select(operand => operand[i]!.Value)]));
    }

    private double?[] Numbers(Value operand, Shape shape, int axis)
    {
        if (operand.Constant is not { } constant) return [.. Layout(operand)!.Channels.Select(channel => channel.Constant)];
        int[]? indices = ChannelValues.Indices(constant.Shape, shape, axis);
        return [.. Enumerable.Range(0, shape[axis]).Select(i => indices is null ? (double?)null : constant.GetDouble(indices[i]))];
    }

    private void Unite(IReadOnlyList<ChannelLayout> layouts)
    {
        foreach (ChannelLayout other in layouts.Skip(1))
            for (int i = 0; i < other.Channels.Length; i++) Groups.Unite(layouts[0].Channels[i].Group, other.Channels[i].Group);
    }
}
