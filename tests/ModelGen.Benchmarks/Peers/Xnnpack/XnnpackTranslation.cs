using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Benchmarks.Peers.Xnnpack;

/// <summary>
/// Turns a graph, whose layers have their clamps and quantization, into XNNPACK's. Tensors have their channels last there: weights are put in
/// that order, also those of a fully connected layer that reads a map. What only has another shape is the same tensor. A softmax is one of
/// real numbers, and is the last that is computed even if its result is rounded.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="subgraph">Where it is defined.</param>
internal sealed class XnnpackTranslation(ModelGraph graph, XnnpackSubgraph subgraph)
{
    private static readonly Transpose MapChannelsLast = new(new EquatableArray<int>([0, 2, 3, 1])), LineChannelsLast = new(new EquatableArray<int>([0, 2, 1]));

    private readonly Dictionary<Value, Node> _producers = graph.Nodes.SelectMany(node => node.Outputs, (node, value) => (node, value)).ToDictionary(pair => pair.value, pair => pair.node);
    private readonly Dictionary<Value, uint> _ids = [];
    private readonly Dictionary<Value, nint> _outputs = [];

    // XNNPACK's own fully connected layers have one scale. With one a channel they are convolutions with a kernel of the size of the map, and rows are maps of one pixel.
    private readonly bool _rowsArePixels = graph.Nodes.Any(node => node.Operator is FullyConnected && node.Input(1).Type.Quantization is { IsPerTensor: false });

    // Inputs, and what they become where they are moved and quantized.
    private readonly HashSet<Value> _inputs = [];

    /// <summary>Defines everything.</summary>
    /// <param name="inputs">The inputs of the graph.</param>
    /// <returns>Where each output will be.</returns>
    /// <exception cref="PeerException">XNNPACK has no such layer.</exception>
    public IReadOnlyList<nint> Run(IReadOnlyList<Tensor> inputs)
    {
        for (int i = 0; i < inputs.Count; i++) DefineInput(graph.Inputs[i], inputs[i]);
        foreach (Node node in graph.Nodes.Where(node => Root(node.Output) == node.Output && !_inputs.Contains(node.Output))) Define(node);
        return [.. graph.Outputs.Select(Place)];
    }

    // What only moves an input before anything is computed is done beforehand, as if the caller had it in that order, also where it is quantized first.
    private void DefineInput(Value input, Tensor data)
    {
        Dictionary<Value, List<Node>> consumers = graph.Consumers();
        _inputs.Add(input);
        while (consumers.TryGetValue(input, out List<Node>? readers) && readers is [{ Operator: Reshape or Transpose or Quantize { Parameters.IsPerTensor: true } } only])
        {
            if (only.Operator is not Quantize) data = Apply(only.Operator, data);
            input = only.Output;
            _inputs.Add(input);
        }

        if (data.Element != ElementType.Float32) throw new PeerException($"XNNPACK's input {input.Name} is no float32");
        int[] dimensions = Dimensions(input.Shape);
        uint external = subgraph.Input(dimensions, ChannelsLast(data).Bytes);
        _ids[input] = external;
        if (input.Element == ElementType.Float32) return;
        _ids[input] = subgraph.Intermediate(input.Type, dimensions);
        subgraph.Conversion(external, _ids[input]);
    }

    private void Define(Node node)
    {
        Activation activation = node.Operator.Activation;
        switch (node.Operator)
        {
            case Convolution convolution:
                DefineConvolution(node, convolution);
                break;
            case FullyConnected:
                DefineFullyConnected(node);
                break;
            case Pooling { Ceiling: false } pooling when pooling.Function == PoolingKind.Max || pooling.Window.IsUnpadded || !pooling.CountPadding:
                subgraph.Pooling(pooling.Function, pooling.Window, activation, Map(node.Input(0)), Result(node));
                break;
            case Reduction { Function: ReductionFunction.Mean } mean when mean.Axes.SequenceEqual(Enumerable.Range(2, node.Input(0).Shape.Rank - 2)):
                subgraph.GlobalAveragePooling(activation, Map(node.Input(0)), Result(node));
                break;
            case Binary { Function: BinaryFunction.Add } when node.Input(0).Shape.Equals(node.Input(1).Shape):
                subgraph.Addition(activation, Map(node.Input(0)), Map(node.Input(1)), Result(node));
                break;
            case Softmax { Logarithm: false } softmax when softmax.Axis == node.Output.Shape.Rank - 1 && node.Output.Shape.Rank < 3:
                subgraph.Softmax(Real(node.Input(0)), Result(node));
                break;
            case Quantize or Dequantize:
                subgraph.Conversion(Id(Root(node.Input(0))), Result(node));
                break;
            default:
                throw new PeerException($"XNNPACK has no {node.Operator.Kind}");
        }
    }

    private void DefineConvolution(Node node, Convolution convolution)
    {
        Value w = node.Input(1);
        int groupInputs = w.Shape[1], groupOutputs = w.Shape[0] / convolution.Groups;
        bool isDepthwise = convolution.Groups > 1 && groupInputs == 1 && groupOutputs == 1;
        Tensor ordered = ChannelsLast(Constant(w));
        int[] dimensions = Dimensions(w.Shape);
        if (isDepthwise)
        {
            // [M, spatial..., 1] becomes [1, spatial..., M].
            int[] axes = [.. Enumerable.Range(1, ordered.Shape.Rank - 1), 0];
            ordered = Apply(new Transpose(new EquatableArray<int>(axes)), ordered);
            dimensions = [1, .. dimensions[1..^1], w.Shape[0]];
        }

        uint weights = subgraph.Constant(w.Element, Scales(w), dimensions, isDepthwise ? dimensions.Length - 1 : 0, ordered.Bytes);
        subgraph.Convolution(convolution.Window, convolution.Groups, groupInputs, groupOutputs, isDepthwise, convolution.Activation,
            Map(node.Input(0)), weights, Bias(node), Result(node));
    }

    private void DefineFullyConnected(Node node)
    {
        Value w = node.Input(1), rows = Root(node.Input(0));
        Tensor weights = Constant(w);
        int[] map = rows.Shape.Rank < 3 ? [1, 1, w.Shape[1]] : Dimensions(rows.Shape)[1..];
        if (rows.Shape.Rank >= 3) weights = ChannelsLast(weights.Reshaped(new Shape([w.Shape[0], .. rows.Shape.Dimensions.Skip(1)])));
        if (!_rowsArePixels)
        {
            subgraph.FullyConnected(node.Operator.Activation, Id(rows), subgraph.Constant(w.Element, Scales(w), w.Shape.ToArray(), 0, weights.Bytes), Bias(node), Result(node));
            return;
        }

        EquatableArray<int> none = new([0, 0]), one = new([1, 1]);
        subgraph.Convolution(new Window(new EquatableArray<int>(map[..2]), one, one, none, none), 1, map[2], w.Shape[0], false, node.Operator.Activation,
            Id(rows), subgraph.Constant(w.Element, Scales(w), [w.Shape[0], .. map], 0, weights.Bytes), Bias(node), Result(node));
    }

    private uint Bias(Node node)
    {
        Value w = node.Input(1);
        int channels = w.Shape[0];
        Tensor? bias = node.OptionalInput(2) is { } own ? Constant(own) : null;
        if (node.Operator.Result is null)
            return subgraph.Constant(ElementType.Float32, null, [channels], 0, MemoryMarshal.AsBytes<float>(bias?.ToFloats() ?? new float[channels]));
        Quantization weights = Scales(w)!;
        float input = node.Input(0).Type.Quantization!.Scale;
        Quantization units = new(new EquatableArray<float>(weights.Scales.Select(scale => scale * input)), weights.ZeroPoints, weights.IsPerTensor ? -1 : 0);
        return subgraph.Constant(ElementType.Int32, units, [channels], 0, bias is null ? new byte[channels * sizeof(int)] : bias.Bytes);
    }

    private static Quantization? Scales(Value weights)
    {
        Quantization? quantization = weights.Type.Quantization;
        return quantization is null || quantization.ZeroPoints.All(zero => zero == 0) ? quantization : throw new PeerException("XNNPACK has no weights with a zero point");
    }

    // The tensor that a value is a view of.
    private Value Root(Value value)
    {
        while (!_inputs.Contains(value) && _producers.TryGetValue(value, out Node? producer) && IsView(producer)) value = producer.Input(0);
        return value;
    }

    private bool IsView(Node node) => node.Operator is Reshape
        || (node.Operator is Dequantize && _producers.TryGetValue(node.Input(0), out Node? before) && before.Operator is Softmax);

    // A value whose dimensions matter.
    private uint Map(Value value)
    {
        Value root = Root(value);
        return root.Shape.Equals(value.Shape) ? Id(root) : throw new PeerException($"XNNPACK: {value.Name} would have to be copied to another shape");
    }

    // A row as real numbers.
    private uint Real(Value value)
    {
        Value root = Root(value);
        if (!IsOrdered(root.Shape)) throw new PeerException($"XNNPACK: {value.Name} has another order");
        if (root.Element == ElementType.Float32) return Id(root);
        uint real = subgraph.Intermediate(new TensorType(ElementType.Float32, root.Shape), Dimensions(root.Shape));
        subgraph.Conversion(Id(root), real);
        return real;
    }

    private uint Result(Node node)
    {
        Value value = node.Output;
        if (!graph.Outputs.Any(output => Root(output.Value) == value)) return _ids[value] = subgraph.Intermediate(value.Type, Dimensions(value.Shape));
        if (!IsOrdered(value.Shape)) throw new PeerException($"XNNPACK's output {value.Name} has another order");
        _ids[value] = subgraph.Output(Dimensions(value.Shape), out nint data);
        _outputs[value] = data;
        return _ids[value];
    }

    private nint Place(GraphOutput output) => output.Value.Element == ElementType.Float32 && _outputs.TryGetValue(Root(output.Value), out nint data)
        ? data : throw new PeerException($"XNNPACK's output {output.Name} is an input, or no float32");

    private uint Id(Value value) => _ids.TryGetValue(value, out uint id) ? id : throw new PeerException($"XNNPACK: {value.Name} is a constant");

    private static Tensor Constant(Value value) => value.Constant ?? throw new PeerException($"XNNPACK: {value.Name} is no constant");

    private static Tensor Apply(Operator movement, Tensor data) => movement.Evaluate([new Value("data", data.Type, data)])![0];

    private static Tensor ChannelsLast(Tensor tensor) => tensor.Shape.Rank switch
    {
        4 => Apply(MapChannelsLast, tensor),
        3 => Apply(LineChannelsLast, tensor),
        _ => tensor,
    };

    // A map is [N, H, W, C], a line [N, 1, W, C].
    private int[] Dimensions(Shape shape) => shape.Rank switch
    {
        2 when _rowsArePixels => [shape[0], 1, 1, shape[1]],
        4 => [shape[0], shape[2], shape[3], shape[1]],
        3 => [shape[0], 1, shape[2], shape[1]],
        _ => shape.ToArray(),
    };

    private static bool IsOrdered(Shape shape) => shape.Rank < 3 || shape[1] == 1 || shape.Product(2, shape.Rank) == 1;
}
