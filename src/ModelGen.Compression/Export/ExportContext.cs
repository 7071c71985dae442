using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;
using QuantizeLinear = ModelGen.Graph.Operators.Quantize;

namespace ModelGen.Compression.Export;

/// <summary>The ONNX graph that is being written: names of values, initializers, nodes, and the operator set they need.</summary>
internal sealed class ExportContext
{
    private readonly ExportOptions _options;
    private readonly Dictionary<Value, Node> _producers = [];
    private readonly Dictionary<Value, List<Node>> _consumers;
    private readonly Dictionary<Value, string> _names = [];
    private readonly HashSet<string> _takenNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _takenNodeNames = new(StringComparer.Ordinal);
    private readonly HashSet<Value> _written = [];
    private readonly HashSet<Value> _outputs;
    private readonly HashSet<Node> _deferred = [];
    private readonly Dictionary<(Value Value, string Form), string> _forms = [];
    private readonly Dictionary<Value, OnnxDataType> _types = [];

    /// <summary>Starts an ONNX graph.</summary>
    /// <param name="graph">The graph to write.</param>
    /// <param name="options">Storage of constants.</param>
    /// <param name="opset">Operator set to write.</param>
    public ExportContext(ModelGraph graph, ExportOptions options, long opset)
    {
        _options = options;
        Opset = opset;
        Graph = new GraphProto { Name = graph.Metadata.Name.Length > 0 ? graph.Metadata.Name : "graph" };
        _consumers = graph.Consumers();
        _outputs = [.. graph.Outputs.Select(output => output.Value)];
        foreach (Node node in graph.Nodes)
        {
            foreach (Value output in node.Outputs) _producers[output] = node;
            bool isDeferred = node.Operator switch
            {
                Dequantize => node.Input(0).Constant is not null,
                Transpose or Reshape => _producers.TryGetValue(node.Input(0), out Node? source) && _deferred.Contains(source),
                _ => false,
            };
            if (isDeferred) _deferred.Add(node);
        }

        AssignNames(graph);
    }

    /// <summary>The ONNX graph.</summary>
    public GraphProto Graph { get; }

    /// <summary>Operator set that is written.</summary>
    public long Opset { get; }

    /// <summary>The newest operator set that something asked for.</summary>
    public long RequiredOpset { get; private set; } = 1;

    /// <summary>States that what is written needs an operator set.</summary>
    public void Require(long opset) => RequiredOpset = Math.Max(RequiredOpset, opset);

    /// <summary>
    /// Whether a node is written when the first other node asks for its result: dequantized constants, which their readers may want
    /// transposed or with another shape.
    /// </summary>
    public bool IsDeferred(Node node) => _deferred.Contains(node);

    /// <summary>The node that computes a value, or <see langword="null"/>.</summary>
    public Node? ProducerOf(Value value) => _producers.GetValueOrDefault(value);

    /// <summary>Whether anything reads a value.</summary>
    public bool IsUsed(Value value) => _outputs.Contains(value) || _consumers.ContainsKey(value);

    /// <summary>Name of an operand; writes it first when it is a constant or a deferred node. Empty when absent.</summary>
    public string Name(Value? value)
    {
        if (value is null) return "";
        if (value.Constant is { } constant)
        {
            if (_written.Add(value)) _names[value] = AddInitializer(_names[value], constant, TypeOf(value));
        }
        else if (_producers.TryGetValue(value, out Node? producer) && _deferred.Contains(producer) && _written.Add(value))
        {
            ExporterRegistry.Export(producer, this);
        }

        return _names[value];
    }

    /// <summary>Name of a result, to be written by the caller; empty when nothing reads it.</summary>
    public string Result(Node node, int index = 0) => IsUsed(node.Outputs[index]) ? _names[node.Outputs[index]] : "";

    /// <summary>A name that nothing has yet.</summary>
    public string Fresh(string wanted) => Unique(wanted.Length > 0 ? wanted : "value", _takenNames);

    /// <summary>Writes a constant of the exporter's own and gives its name.</summary>
    public string Constant(string name, Tensor tensor) => AddInitializer(Fresh(name), tensor, TensorEncoder.TypeOf(tensor.Element));

    /// <summary>Writes a constant that stands for one of the graph in another form, once, under the name of the original if that is
    /// free.</summary>
    /// <param name="value">The constant, or what is computed from it.</param>
    /// <param name="form">Tells the forms of a value apart.</param>
    /// <param name="write">Writes it under a name and gives that.</param>
    public string Form(Value value, string form, Func<string, string> write)
    {
        if (_forms.TryGetValue((value, form), out string? known)) return known;
        string name = _names[value];
        if (!_written.Contains(value) && !_forms.Keys.Any(key => key.Value == value) && !_outputs.Contains(value))
            _names[value] = Fresh(name);
        else
            name = Fresh($"{name}_{form}");
        return _forms[(value, form)] = write(name);
    }

    /// <summary>Adds an initializer of a given type under a name that is already claimed.</summary>
    public string AddInitializer(string name, Tensor tensor, OnnxDataType type)
    {
        bool isNarrow = TensorEncoder.NarrowRange(type) is not null;
        if (isNarrow) Require(21);
        if (_options.SparseInitializers && !isNarrow && TensorEncoder.Sparse(name, tensor, type) is { } sparse)
            Graph.SparseInitializer.Add(sparse);
        else
            Graph.Initializer.Add(TensorEncoder.Dense(name, tensor, type));
        return name;
    }

    /// <summary>Adds a node.</summary>
    /// <param name="type">ONNX operator.</param>
    /// <param name="name">Name of the node; made unique.</param>
    /// <param name="inputs">Operands; empty where absent. Absent ones at the end are left out.</param>
    /// <param name="outputs">Results; empty where not needed. Those at the end are left out.</param>
    /// <param name="attributes">Attributes.</param>
    public void Add(string type, string name, IEnumerable<string> inputs, IEnumerable<string> outputs, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = type, Name = Unique(name.Length > 0 ? name : type, _takenNodeNames) };
        node.Input.Add(WithoutTrailingBlanks(inputs));
        node.Output.Add(WithoutTrailingBlanks(outputs));
        node.Attribute.Add(attributes);
        Graph.Node.Add(node);
    }

    /// <summary>Adds a node that is only a step of another, with one result; gives the name of the result.</summary>
    public string AddStep(string type, Node node, string step, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        string result = Fresh($"{node.Name}/{step}");
        Add(type, result, inputs, [result], attributes);
        return result;
    }

    /// <summary>ONNX data type of a value: that of its element type, or of the 4-bit integers it holds.</summary>
    public OnnxDataType TypeOf(Value value)
    {
        if (_types.TryGetValue(value, out OnnxDataType known)) return known;
        OnnxDataType type = TensorEncoder.TypeOf(value.Element);
        if (value.Element.IsByte() && NarrowTypeOf(value) is { } narrow) type = narrow;
        return _types[value] = type;
    }

    /// <summary>An error: a node has no form in ONNX.</summary>
    public static CompressionException Unsupported(Node node, string problem) =>
        new($"node \"{node.Name}\" ({node.Operator.Kind}) cannot be written as ONNX: {problem}");

    private OnnxDataType? NarrowTypeOf(Value value)
    {
        OnnxDataType narrow = value.Element == ElementType.Int8 ? OnnxDataType.Int4 : OnnxDataType.UInt4;
        IntegerRange range = TensorEncoder.NarrowRange(narrow)!.Value;
        if (value.Constant is { } constant)
            return _options.LowBitTypes && IsOnlyDequantized(value, range) && TensorEncoder.Fits(constant, range) ? narrow : null;
        if (!_producers.TryGetValue(value, out Node? producer)) return null;
        return producer.Operator switch
        {
            QuantizeLinear quantize => quantize.Range == range ? narrow : null,

            // These only move the integers.
            Reshape or Transpose or Slice or Gather or Expand => TypeOf(producer.Input(0)) == narrow ? narrow : null,
            _ => null,
        };
    }

    private bool IsOnlyDequantized(Value value, IntegerRange range) =>
        !_outputs.Contains(value) && _consumers.TryGetValue(value, out List<Node>? readers)
            && readers.All(reader => reader.Operator is Dequantize dequantize
                && dequantize.Parameters.ZeroPoints.All(zero => zero >= range.Low && zero <= range.High));

    // Names of the graph come first, so that nothing the exporter makes up takes one of them.
    private void AssignNames(ModelGraph graph)
    {
        foreach (Value input in graph.Inputs) _names[input] = Unique(input.Name, _takenNames);
        foreach (GraphOutput output in graph.Outputs)
        {
            bool isNewName = _takenNames.Add(output.Name);
            if (!isNewName && _names.GetValueOrDefault(output.Value) != output.Name)
                throw new CompressionException($"output \"{output.Name}\" has the name of an input; rename one of them");
            if (_producers.ContainsKey(output.Value)) _names.TryAdd(output.Value, output.Name);
        }

        foreach (Node node in graph.Nodes)
        {
            foreach (Value? input in node.Inputs)
                if (input?.Constant is not null) Assign(input);
            foreach (Value output in node.Outputs) Assign(output);
        }

        foreach (GraphOutput output in graph.Outputs) Assign(output.Value);
    }

    private void Assign(Value value)
    {
        if (!_names.ContainsKey(value)) _names[value] = Fresh(value.Name);
    }

    private static string Unique(string wanted, HashSet<string> taken)
    {
        string name = wanted;
        for (int i = 1; !taken.Add(name); i++) name = wanted + "_" + i.ToString(CultureInfo.InvariantCulture);
        return name;
    }

    private static List<string> WithoutTrailingBlanks(IEnumerable<string> names)
    {
        List<string> list = [.. names];
        while (list.Count > 0 && list[^1].Length == 0) list.RemoveAt(list.Count - 1);
        return list;
    }
}
