using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Import.Onnx;

/// <summary>One node of the file as its importer sees it: operands, attributes with defaults, and where results go.</summary>
internal sealed class NodeContext
{
    private readonly NodeProto _node;
    private readonly ImportScope _scope;
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);

    public NodeContext(NodeProto node, ImportScope scope)
    {
        _node = node;
        _scope = scope;
        Opset = scope.Opset(node.Domain);
        foreach (AttributeProto attribute in node.Attribute) _attributes[attribute.Name] = attribute;
        foreach (string input in node.Input)
            if (input.Length > 0 && !scope.IsDefined(input))
                throw new ModelException(ModelErrorIds.NotAModel, $"{Describe(node)} reads \"{input}\", which no node before it computes");
    }

    /// <summary>Version of the operator set of the node's domain.</summary>
    public long Opset { get; }

    /// <summary>Operator name.</summary>
    public string OpType => _node.OpType;

    /// <summary>Name of the first result: unique, and what people see in viewers.</summary>
    public string Name => _node.Name.Length > 0 ? _node.Name : _node.Output.Count > 0 ? _node.Output[0] : _node.OpType;

    /// <summary>Number of operands, absent ones included.</summary>
    public int InputCount => _node.Input.Count;

    /// <summary>Number of results the node names.</summary>
    public int OutputCount => _node.Output.Count;

    /// <summary>For messages: node, operator, domain, operator set.</summary>
    public static string Describe(NodeProto node)
    {
        string name = node.Name.Length > 0 ? node.Name : node.Output.Count > 0 ? node.Output[0] : "?";
        return $"node \"{name}\" ({(node.Domain.Length > 0 ? node.Domain + "." : "")}{node.OpType})";
    }

    /// <summary>A required operand.</summary>
    public Value Input(int index) => OptionalInput(index) ?? throw Invalid($"lacks input {index}");

    /// <summary>An optional operand.</summary>
    public Value? OptionalInput(int index) => index < _node.Input.Count && _node.Input[index].Length > 0
        ? _scope.Find(_node.Input[index]) : null;

    /// <summary>All operands.</summary>
    public Value[] Inputs() => Enumerable.Range(0, InputCount).Select(Input).ToArray();

    /// <summary>An operand that must be known at build time.</summary>
    /// <param name="index">Which.</param>
    /// <param name="meaning">What it is, for the message.</param>
    public Tensor Constant(int index, string meaning) => OptionalConstant(index, meaning)
        ?? throw Invalid($"lacks input {index} ({meaning})");

    /// <summary>An optional operand that must be known at build time.</summary>
    public Tensor? OptionalConstant(int index, string meaning)
    {
        Value? value = OptionalInput(index);
        if (value is null) return null;
        return value.Constant ?? throw Unsupported($"its {meaning} (\"{_node.Input[index]}\") is computed at run time; make it a constant");
    }

    /// <summary>Whether an attribute is given.</summary>
    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    /// <summary>An integer attribute.</summary>
    public long Int(string name, long otherwise) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.I : otherwise;

    /// <summary>A real attribute.</summary>
    public float Float(string name, float otherwise) => _attributes.TryGetValue(name, out AttributeProto? attribute)
        ? attribute.F : otherwise;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string otherwise) => _attributes.TryGetValue(name, out AttributeProto? attribute)
        ? attribute.S.ToStringUtf8() : otherwise;

    /// <summary>A list of integers, or <see langword="null"/> when absent.</summary>
    public long[]? Ints(string name) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.Ints.ToArray() : null;

    /// <summary>A list of real numbers, or <see langword="null"/> when absent.</summary>
    public float[]? Floats(string name) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.Floats.ToArray() : null;

    /// <summary>A list of texts, or <see langword="null"/> when absent.</summary>
    public string[]? Texts(string name) => _attributes.TryGetValue(name, out AttributeProto? attribute)
        ? attribute.Strings.Select(text => text.ToStringUtf8()).ToArray() : null;

    /// <summary>The raw attribute, or <see langword="null"/> when absent.</summary>
    public AttributeProto? Attribute(string name) => _attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute : null;

    /// <summary>Integers given as an attribute in older operator sets and as a constant operand in newer ones; <see langword="null"/> when
    /// absent.</summary>
    public long[]? IntsOrInput(string attribute, int input) => OptionalConstant(input, attribute)?.ToLongs() ?? Ints(attribute);

    /// <summary>Adds an operation that is only a step of this node; its result gets a made-up name.</summary>
    public Value Add(Operator @operator, string step, params Value?[] inputs) => _scope.Builder.Add(@operator, $"{Name}/{step}", inputs);

    /// <summary>Adds an operation with several results that are only a step of this node.</summary>
    public Value[] AddMany(Operator @operator, string step, params Value?[] inputs) =>
        _scope.Builder.Add(@operator, $"{Name}/{step}", inputs, []);

    /// <summary>Adds an operation whose result has a name of the file.</summary>
    public Value AddNamed(Operator @operator, string name, params Value?[] inputs) =>
        _scope.Builder.Add(@operator, name.Length > 0 ? name : Name, inputs);

    /// <summary>Whether a value is DequantizeLinear of a constant, perhaps moved: weights of a quantized layer.</summary>
    public bool IsDequantizedConstant(Value value) => _scope.Builder.IsDequantizedConstant(value);

    /// <summary>The node of the graph that computes a value, or <see langword="null"/>.</summary>
    public Node? ProducerOf(Value value) => _scope.Builder.ProducerOf(value);

    /// <summary>Adds an operation whose results are those of this node.</summary>
    public void Result(Operator @operator, params Value?[] inputs)
    {
        Value[] results = _scope.Builder.Add(@operator, Name, inputs, _node.Output);
        for (int i = 0; i < results.Length && i < _node.Output.Count; i++) Define(i, results[i]);
    }

    /// <summary>Range of an operand of 4-bit integers, or <see langword="null"/>.</summary>
    public IntegerRange? NarrowRange(int input) => input < _node.Input.Count ? _scope.NarrowRange(_node.Input[input]) : null;

    /// <summary>States that the first result holds 4-bit integers.</summary>
    public void MarkNarrow(IntegerRange? range) => _scope.MarkNarrow(OutputName(0), range);

    /// <summary>Makes a value a result of this node.</summary>
    public void Define(int output, Value value)
    {
        if (output < _node.Output.Count && _node.Output[output].Length > 0) _scope.Define(_node.Output[output], value);
    }

    /// <summary>Name of a result, or empty when it is not asked for.</summary>
    public string OutputName(int output) => output < _node.Output.Count ? _node.Output[output] : "";

    /// <summary>An error: the node asks for something that is valid ONNX but not compiled.</summary>
    public ModelException Unsupported(string problem) =>
        new(ModelErrorIds.UnsupportedOperator, $"{Describe(_node)}, operator set {Opset}: {problem}");

    /// <summary>An error: the node is not valid.</summary>
    public ModelException Invalid(string problem) => new(ModelErrorIds.TypeMismatch, $"{Describe(_node)} {problem}");
}
