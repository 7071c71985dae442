using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>
/// Turns weights and biases from constants into inputs, and layers into the operators that training differentiates. Chosen values pass
/// through fake quantization, whose parameters are inputs too.
/// </summary>
internal sealed class Parameterize
{
    private readonly GraphBuilder _builder;
    private readonly Dictionary<Value, Value> _values = [];
    private readonly Dictionary<Value, Value> _exact = [];
    private readonly Dictionary<Value, Value> _parameterValues = [];
    private readonly List<Parameter> _parameters = [];
    private readonly List<Value> _inputs = [];
    private readonly HashSet<string> _quantized;
    private readonly HashSet<string> _names = [];

    private Parameterize(GraphBuilder builder, IEnumerable<string> quantized)
    {
        _builder = builder;
        _quantized = new HashSet<string>(quantized);
    }

    /// <summary>Adds a network to a graph that is being built.</summary>
    /// <param name="graph">The network, for several samples (<see cref="Vectorize"/>).</param>
    /// <param name="builder">Receives the nodes; the network's inputs are declared first, parameters after them as they are met.</param>
    /// <param name="quantized">Names of values that are fake-quantized; each gets an input <c>NAME:grid</c> of four numbers.</param>
    /// <returns>Outputs of the network, parameters in the order of their inputs, and the inputs that stand for them.</returns>
    public static (IReadOnlyList<Value> Outputs, IReadOnlyList<Parameter> Parameters, IReadOnlyList<Value> ParameterInputs) Run(
        ModelGraph graph, GraphBuilder builder, IEnumerable<string> quantized)
    {
        var pass = new Parameterize(builder, quantized);
        foreach (Value input in graph.Inputs)
        {
            builder.AddInput(input);
            pass._exact[input] = input;
            pass._values[input] = pass.Quantized(input.Name, input);
        }

        foreach (Node node in graph.Nodes) pass.Visit(node);
        // The first output is what the network computes; taps are seen as they are before they are rounded.
        return (graph.Outputs.Select((output, i) => i == 0 ? pass.Current(output.Value) : pass._exact[output.Value]).ToArray(),
            pass._parameters, pass._inputs);
    }

    private Value Current(Value value) => _values.TryGetValue(value, out Value? current) ? current : value;

    private Value Quantized(string name, Value value) => _quantized.Contains(name)
        ? _builder.Add(new FakeQuantize(), $"{name}:quantized", value,
            _builder.AddInput($"{name}:grid", new TensorType(ElementType.Float32, new Shape(4))))
        : value;

    private Value? Parameter(Node node, int operand)
    {
        Value? constant = node.OptionalInput(operand);
        if (constant is null) return null;
        if (constant.Constant is null) return Current(constant);
        if (_parameterValues.TryGetValue(constant, out Value? known)) return known;
        string name = constant.Name;
        for (int i = 2; !_names.Add(name); i++) name = $"{constant.Name}:{i}";
        Value input = _builder.AddInput(name, new TensorType(ElementType.Float32, constant.Shape));
        _parameters.Add(new Parameter(name, Tensor.Floats(constant.Shape, constant.Constant.ToFloats()), node, operand));
        _inputs.Add(input);
        return _parameterValues[constant] = input;
    }

    private void Visit(Node node)
    {
        Value[] results = node.Operator switch
        {
            Graph.Operators.FullyConnected => [FullyConnected(node)],
            Convolution => [_builder.Add(node.Operator, node.Output.Name, Current(node.Input(0)), Parameter(node, 1), Parameter(node, 2))],
            Graph.Operators.Recurrent layer => Recurrent(node, layer),
            _ => _builder.Add(node.Operator, node.Name, node.Inputs.Select(input => input is null ? null : Current(input)).ToArray(),
                node.Outputs.Select(output => output.Name).ToArray()),
        };
        for (int i = 0; i < results.Length; i++)
        {
            _exact[node.Outputs[i]] = results[i];
            _values[node.Outputs[i]] = Quantized(node.Outputs[i].Name, results[i]);
        }
    }

    private Value FullyConnected(Node node)
    {
        Value x = Current(node.Input(0)), w = Parameter(node, 1)!;
        Value rows = _builder.Add(new Reshape(new Shape(x.Shape.Count / w.Shape[1], w.Shape[1])), $"{node.Name}:rows", x);
        Value product = _builder.Add(new GeneralMatrixMultiply(false, true), $"{node.Name}:product", rows, w);
        if (Parameter(node, 2) is { } bias)
            product = _builder.Add(new Binary(BinaryFunction.Add), $"{node.Name}:sum", product, Flat(bias, node.Name));
        return _builder.Add(new Reshape(node.Output.Shape), node.Output.Name, product);
    }

    private Value Flat(Value bias, string name) =>
        bias.Shape.Rank == 1 ? bias : _builder.Add(new Reshape(new Shape(bias.Shape.Count)), $"{name}:bias", bias);

    private Value[] Recurrent(Node node, Recurrent layer)
    {
        if (node.OptionalInput(4) is not null || node.OptionalInput(5) is not null || node.OptionalInput(6) is not null)
            throw new ModelException(ModelErrorIds.UnsupportedOperator,
                $"node \"{node.Name}\" ({layer.Kind}): training does not know initial states and peepholes");
        Value x = Current(node.Input(0)), w = Parameter(node, 1)!, r = Parameter(node, 2)!;
        int batch = x.Shape[0], steps = x.Shape[1], gates = layer.Gates * layer.Hidden;
        Value rows = _builder.Add(new Reshape(new Shape(batch * steps, x.Shape[2])), $"{node.Name}:rows", x);
        Value product = _builder.Add(new GeneralMatrixMultiply(false, true), $"{node.Name}:product", rows, w);
        Value? recurrentBias = null;
        if (Parameter(node, 3) is { } bias)
        {
            Value Part(int from, int count, string name) =>
                _builder.Add(new Slice(new([from]), new([1]), new([count])), $"{node.Name}:{name}", bias);
            Value inputBias = Part(0, gates, "input_bias");
            recurrentBias = Part(gates, gates, "recurrent_bias");
            if (layer is not { Cell: RecurrentCell.Gru, LinearBeforeReset: true })
            {
                inputBias = _builder.Add(new Binary(BinaryFunction.Add), $"{node.Name}:both_biases", inputBias, recurrentBias);
                recurrentBias = null;
            }

            product = _builder.Add(new Binary(BinaryFunction.Add), $"{node.Name}:projected", product, inputBias);
        }

        Value projected = _builder.Add(new Reshape(new Shape(batch, steps, gates)), $"{node.Name}:steps", product);
        Value[] states = _builder.Add(new RecurrentForward(layer), node.Name, [projected, r, recurrentBias],
            [node.Outputs[0].Name, $"{node.Name}:gates", $"{node.Name}:inner"]);
        Value Last(Value sequence, string name) => _builder.Add(new Reshape(new Shape(batch, layer.Hidden)), name,
            _builder.Add(new Slice(new([0, layer.Reverse ? 0 : steps - 1, 0]), new([1, 1, 1]), new([batch, 1, layer.Hidden])),
                $"{name}:step", sequence));
        Value hidden = Last(states[0], node.Outputs[1].Name);
        return layer.Cell == RecurrentCell.Lstm ? [states[0], hidden, Last(states[2], node.Outputs[2].Name)] : [states[0], hidden];
    }
}
