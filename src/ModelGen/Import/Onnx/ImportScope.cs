using System;
using System.Collections.Generic;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Import.Onnx;

/// <summary>Names of the file that are known so far, and the graph that is being made.</summary>
internal sealed class ImportScope
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IntegerRange> _narrow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _opsets;

    public ImportScope(GraphBuilder builder, Dictionary<string, long> opsets)
    {
        Builder = builder;
        _opsets = opsets;
    }

    /// <summary>The graph that is being made.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>Version of an operator set.</summary>
    public long Opset(string domain) => _opsets.TryGetValue(domain is "ai.onnx" ? "" : domain, out long version) ? version : 1;

    /// <summary>Whether a name has a value.</summary>
    public bool IsDefined(string name) => _values.ContainsKey(name);

    /// <summary>The value of a name, or <see langword="null"/>.</summary>
    public Value? Find(string name) => _values.TryGetValue(name, out Value? value) ? value : null;

    /// <summary>Range of the integers of a name when they have 4 bits in the file, or <see langword="null"/>.</summary>
    public IntegerRange? NarrowRange(string name) => _narrow.TryGetValue(name, out IntegerRange range) ? range : null;

    /// <summary>Remembers that a name holds 4-bit integers, which the graph stores in 8 bits.</summary>
    public void MarkNarrow(string name, IntegerRange? range)
    {
        if (range is { } known && name.Length > 0) _narrow[name] = known;
    }

    /// <summary>Gives a name its one value.</summary>
    public void Define(string name, Value value)
    {
        if (name.Length == 0) throw new ModelException(ModelErrorIds.NotAModel, "a tensor has no name");
        if (_values.ContainsKey(name)) throw new ModelException(ModelErrorIds.NotAModel, $"tensor \"{name}\" is defined twice");
        _values.Add(name, value);
    }
}
