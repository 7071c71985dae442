using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph.Operators;

namespace ModelGen.Graph;

/// <summary>
/// Makes graphs: infers the types of every node that is added and replaces nodes whose operands are all constant by their results, so
/// that shape arithmetic is gone before anything asks for a shape.
/// </summary>
public sealed class GraphBuilder
{
    private readonly ModelMetadata _metadata;
    private readonly List<Value> _inputs = [];
    private readonly List<Node> _nodes = [];
    private long _foldedBytes;

    /// <summary>Starts an empty graph.</summary>
    public GraphBuilder(ModelMetadata metadata) => _metadata = metadata;

    /// <summary>The node added last, or <see langword="null"/>.</summary>
    internal Node? LastNode => _nodes.Count > 0 ? _nodes[_nodes.Count - 1] : null;

    /// <summary>The nodes so far.</summary>
    internal IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Declares an input.</summary>
    public Value AddInput(string name, TensorType type)
    {
        Limits.CheckTensor(type, name);
        var value = new Value(name, type);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Keeps an input of another graph.</summary>
    public void AddInput(Value input) => _inputs.Add(input);

    /// <summary>Makes a constant.</summary>
    public static Value Constant(string name, Tensor tensor) => new(name, tensor.Type, tensor);

    /// <summary>Adds an operation with one result.</summary>
    /// <param name="operator">What is computed.</param>
    /// <param name="name">Name of the result, and of the node.</param>
    /// <param name="inputs">Operands; <see langword="null"/> where an optional one is absent.</param>
    public Value Add(Operator @operator, string name, params Value?[] inputs) => Add(@operator, name, inputs, [name])[0];

    /// <summary>Adds an operation.</summary>
    /// <param name="operator">What is computed.</param>
    /// <param name="name">Name of the node.</param>
    /// <param name="inputs">Operands.</param>
    /// <param name="outputNames">Names of the results; as many as the operator has, or fewer when later ones are not needed.</param>
    public Value[] Add(Operator @operator, string name, Value?[] inputs, IReadOnlyList<string> outputNames)
    {
        TensorType[] types = @operator.Infer(inputs);
        foreach (TensorType type in types) Limits.CheckTensor(type, name);
        if (inputs.All(input => input is null || input.Constant is not null) && Evaluate(@operator, inputs, types, name) is { } constants)
            return constants.Select((constant, i) => Constant(NameOf(outputNames, i, name), constant)).ToArray();

        Value[] outputs = types.Select((type, i) => new Value(NameOf(outputNames, i, name), type)).ToArray();
        _nodes.Add(new Node(name, @operator, inputs, outputs));
        return outputs;
    }

    /// <summary>Adds a node of another graph as it is, with replaced operands; its results stay the same values when nothing
    /// changed.</summary>
    internal IReadOnlyList<Value> Keep(Node node, Value?[] inputs)
    {
        if (inputs.SequenceEqual(node.Inputs))
        {
            _nodes.Add(node);
            return node.Outputs;
        }

        return Add(node.Operator, node.Name, inputs, node.Outputs.Select(output => output.Name).ToArray());
    }

    /// <summary>Whether a value is the dequantized form of a constant, perhaps transposed or reshaped.</summary>
    internal bool IsDequantizedConstant(Value value)
    {
        Node? node = ProducerOf(value);
        while (node?.Operator is Transpose or Reshape) node = ProducerOf(node.Input(0));
        return node?.Operator is Dequantize && node.Input(0).Constant is not null;
    }

    /// <summary>The node that computes a value, or <see langword="null"/>.</summary>
    internal Node? ProducerOf(Value value) => _nodes.FindLast(candidate => candidate.Outputs.Contains(value));

    /// <summary>Finishes the graph; nodes that no output needs are left out.</summary>
    public ModelGraph Build(IEnumerable<GraphOutput> outputs)
    {
        GraphOutput[] outputArray = outputs.ToArray();
        var needed = new HashSet<Value>(outputArray.Select(output => output.Value));
        var kept = new List<Node>();
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Node node = _nodes[i];
            if (!node.Outputs.Any(needed.Contains)) continue;
            kept.Add(node);
            foreach (Value? input in node.Inputs)
                if (input is not null) needed.Add(input);
        }

        kept.Reverse();
        return new ModelGraph(_metadata, _inputs, outputArray, kept);
    }

    private Tensor[]? Evaluate(Operator @operator, Value?[] inputs, TensorType[] types, string name)
    {
        // Reshaping shares the elements, so that it costs nothing.
        if (@operator is not Reshape)
            foreach (TensorType type in types) Limits.CheckConstant(type, name);
        if (@operator.Evaluate(inputs) is not { } results) return null;
        if (@operator is not Reshape) _foldedBytes += results.Sum(result => (long)result.Type.Bytes);
        return _foldedBytes <= Limits.FoldedBytes
            ? results
            : throw Limits.TooLarge(
                $"the model's constant parts take more than {Limits.Text(Limits.FoldedBytes)} bytes when they are evaluated");
    }

    private static string NameOf(IReadOnlyList<string> names, int index, string node) =>
        index < names.Count && names[index].Length > 0 ? names[index] : FormattableString.Invariant($"{node}:{index}");
}
