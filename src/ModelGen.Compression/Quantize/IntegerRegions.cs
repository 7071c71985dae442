using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// Which tensors of a float graph are quantized so that every layer with an integer rule runs on integers, and where: the operands of
/// products, whatever arithmetic then has quantized operands, and the results of both.
/// </summary>
internal sealed class IntegerRegions
{
    // Tables are made of chains of at most 32 values (Passes/ElementTable).
    private const int LongestChain = 16;

    private readonly ModelGraph _graph;
    private readonly Dictionary<Value, Node> _producers = [];
    private readonly HashSet<Value> _points = [];
    private readonly Dictionary<Value, Value> _sources = [];
    private readonly Dictionary<Value, (Value Root, int Length, int Axis)> _chains = [];

    /// <summary>Finds the tensors.</summary>
    public IntegerRegions(ModelGraph graph)
    {
        _graph = graph;
        Roles = new NodeRoles(graph);
        foreach (Node node in graph.Nodes)
            foreach (Value output in node.Outputs) _producers[output] = node;

        // Each round can only add points, so this ends.
        int before;
        do
        {
            before = _points.Count;
            _chains.Clear();
            foreach (Node node in graph.Nodes) Visit(node);
        }
        while (_points.Count != before);
    }

    /// <summary>The roles of the nodes.</summary>
    public NodeRoles Roles { get; }

    /// <summary>Whether a value is quantized where it is made.</summary>
    public bool IsPoint(Value value) => _points.Contains(value);

    /// <summary>The point whose parameters a value has, itself included; <see langword="null"/> when it is not quantized.</summary>
    public Value? SourceOf(Value value)
    {
        while (!_points.Contains(value))
        {
            if (!_sources.TryGetValue(value, out Value? source)) return null;
            value = source;
        }

        return value;
    }

    /// <summary>Whether a value is computed in float32, so that readers without an integer rule can have it as it is.</summary>
    public bool IsMadeInFloat(Value value) => !_producers.TryGetValue(value, out Node? producer) || Roles[producer] switch
    {
        NodeRole.Float => true,
        NodeRole.Function => !IsQuantized(RootOf(producer.Inputs)),
        NodeRole.OnDemand => !IsQuantized(producer.Input(0)),
        NodeRole.Movement => SourceOf(producer.Input(0)) is null,
        _ => false,
    };

    /// <summary>Whether a node computes in float32 and so needs no quantized operands.</summary>
    public bool IsFloat(Node node) => Roles[node] switch
    {
        NodeRole.Float => true,
        NodeRole.OnDemand => !_points.Contains(node.Output),
        _ => false,
    };

    /// <summary>The points, network inputs first, then in the order of the nodes.</summary>
    public IEnumerable<Value> Points() =>
        _graph.Inputs.Concat(_graph.Nodes.SelectMany(node => node.Outputs)).Where(_points.Contains);

    /// <summary>Values that have the parameters of a point.</summary>
    public IEnumerable<Value> InheritedFrom(Value point) =>
        _graph.Nodes.Select(node => node.Output).Where(value => !_points.Contains(value) && SourceOf(value) == point);

    private void Visit(Node node)
    {
        switch (Roles[node])
        {
            case NodeRole.Product:
                MakeIntegers(node);
                break;
            case NodeRole.Arithmetic when NodeRoles.Operands(node).Any(operand => IsQuantized(ChainRoot(operand))):
                if (IsOneChain(node)) Extend(node);
                else MakeIntegers(node);
                break;
            case NodeRole.Movement when SourceOf(node.Input(0)) is not null:
                _sources[node.Output] = node.Input(0);
                break;
            case NodeRole.Function:
                Extend(node);
                break;
            case NodeRole.OnDemand when _points.Contains(node.Output) && IsQuantized(ChainRoot(node.Input(0))):
                Need(node.Input(0));
                break;

            // The arithmetic before it turned out to be part of a chain, so it is as well.
            case NodeRole.Clamp when IsInChain(node.Input(0)):
                if (node.Operator is Unary) Extend(node);
                else Need(node.Input(0));
                break;
            case NodeRole.Clamp when node.Operator is not Unary && SourceOf(node.Input(0)) is not null:
                _sources[node.Output] = node.Input(0);
                break;
        }
    }

    private void MakeIntegers(Node node)
    {
        foreach (Value operand in NodeRoles.Operands(node)) Need(operand);
        _points.Add(Roles.Result(node));
    }

    private void Need(Value value)
    {
        if (value.Constant is not null || SourceOf(value) is not null) return;
        if (!_producers.TryGetValue(value, out Node? producer) || Roles[producer] != NodeRole.Movement || IsCheaperHere(producer))
        {
            _points.Add(value);
            return;
        }

        Need(producer.Input(0));
        _sources[value] = producer.Input(0);
    }

    // The last step of a recurrent layer need not be cut out of a whole sequence that was quantized for it.
    private bool IsCheaperHere(Node movement)
    {
        Value source = movement.Input(0);
        while (_producers.TryGetValue(source, out Node? producer) && Roles[producer] == NodeRole.Movement) source = producer.Input(0);
        return SourceOf(source) is null && movement.Output.Shape.Count < source.Shape.Count
            && _producers.TryGetValue(source, out Node? origin) && Roles[origin] == NodeRole.Float;
    }

    // A tensor times a function of itself is a function too.
    private bool IsOneChain(Node node) =>
        node.Operator is Binary && node.Inputs.All(input => input!.Constant is null) && node.Inputs.Any(input => IsInChain(input!))
            && ReferenceEquals(ChainRoot(node.Input(0)), ChainRoot(node.Input(1)));

    private bool IsInChain(Value value) => !IsQuantized(value) && _chains.ContainsKey(value);

    private void Extend(Node node)
    {
        int length = 1, axis = -1;
        foreach (Value input in node.Inputs.OfType<Value>())
        {
            int inputAxis = input.Constant is not null ? NodeRoles.TableAxis(input, node.Output.Shape) ?? -1 : ChainOf(input).Axis;
            if (axis >= 0 && inputAxis >= 0 && axis != inputAxis)
            {
                CutAt(node);
                return;
            }

            axis = Math.Max(axis, inputAxis);
            if (input.Constant is null) length += ChainOf(input).Length;
        }

        if (length > LongestChain) CutAt(node);
        else _chains[node.Output] = (RootOf(node.Inputs), length, axis);
    }

    // The chain starts anew behind this node's operands, where they are quantized at all.
    private void CutAt(Node node)
    {
        foreach (Value input in node.Inputs.OfType<Value>())
            if (input.Constant is null && IsQuantized(ChainRoot(input))) Need(input);
        _chains[node.Output] = (RootOf(node.Inputs), 1, -1);
    }

    private Value RootOf(IEnumerable<Value?> inputs) => ChainRoot(inputs.First(input => input is { Constant: null })!);

    private Value ChainRoot(Value value) => ChainOf(value).Root;

    private (Value Root, int Length, int Axis) ChainOf(Value value) =>
        !IsQuantized(value) && _chains.TryGetValue(value, out (Value Root, int Length, int Axis) chain) ? chain : (value, 0, -1);

    private bool IsQuantized(Value value) => SourceOf(value) is not null;
}
