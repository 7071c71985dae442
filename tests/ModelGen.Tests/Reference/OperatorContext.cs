using System;
using System.Linq;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Tests.Reference;

/// <summary>A node with its inputs evaluated.</summary>
internal sealed class OperatorContext
{
    private readonly NodeProto _node;
    private readonly ReferenceTensor?[] _inputs;

    public OperatorContext(NodeProto node, long opset, ReferenceTensor?[] inputs)
    {
        _node = node;
        Opset = opset;
        _inputs = inputs;
    }

    public long Opset { get; }

    public string Type => _node.OpType;

    public int InputCount => _inputs.Length;

    public int OutputCount => _node.Output.Count;

    /// <summary>An input that must be there.</summary>
    public ReferenceTensor this[int index]
        => Optional(index) ?? throw new InvalidOperationException($"{Type} '{_node.Name}': input {index} is missing.");

    public ReferenceTensor? Optional(int index) => index < _inputs.Length ? _inputs[index] : null;

    public bool HasOutput(int index) => index < _node.Output.Count && _node.Output[index].Length > 0;

    public bool Has(string attribute) => Find(attribute) != null;

    public long Int(string attribute, long otherwise) => Find(attribute)?.I ?? otherwise;

    public double Float(string attribute, double otherwise) => Find(attribute)?.F ?? otherwise;

    public string Text(string attribute, string otherwise) => Find(attribute)?.S.ToStringUtf8() ?? otherwise;

    public long[]? Ints(string attribute) => Find(attribute)?.Ints.ToArray();

    public double[]? Floats(string attribute) => Find(attribute)?.Floats.Select(f => (double)f).ToArray();

    public string[]? Texts(string attribute) => Find(attribute)?.Strings.Select(s => s.ToStringUtf8()).ToArray();

    public AttributeProto? Find(string attribute) => _node.Attribute.FirstOrDefault(a => a.Name == attribute);

    /// <summary>Integers that an operator took as an attribute once and takes as an input since.</summary>
    public long[]? IntsOrInput(string attribute, int input) => Optional(input)?.Integers ?? Ints(attribute);

    public NotSupportedException NotSupported(string what) =>
        new($"{Type} '{_node.Name}' (opset {Opset}): {what} is not supported by the reference.");
}
