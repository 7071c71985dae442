using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Tests.Reference;

/// <summary>
/// Runs an ONNX model as the operator specification reads, one node after the other, in plain loops and double precision.
/// It shares only the protobuf classes with the compiler: no importer, no passes, no fusion.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly IReadOnlyDictionary<string, ReferenceOperator> _operators = OperatorTable.Create();
    private readonly Dictionary<string, ReferenceTensor> _constants = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _nodes = [];
    private readonly long _opset;

    public ReferenceModel(byte[] file)
        : this(ModelProto.Parser.ParseFrom(file))
    {
    }

    public ReferenceModel(ModelProto model)
    {
        _opset = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1;
        foreach (TensorProto tensor in model.Graph.Initializer) AddConstant(tensor.Name, TensorReader.Read(tensor));
        foreach (SparseTensorProto tensor in model.Graph.SparseInitializer) AddConstant(tensor.Values.Name, TensorReader.Read(tensor));
        Inputs = model.Graph.Input.Where(i => !_constants.ContainsKey(i.Name)).Select(i => i.Name).ToArray();
        Outputs = model.Graph.Output.Select(o => o.Name).ToArray();
        foreach (NodeProto node in model.Graph.Node)
        {
            // What depends on constants alone (dequantized weights, shape arithmetic) is computed once.
            if (IsRandom(node) || !node.Input.All(i => i.Length == 0 || _constants.ContainsKey(i))) _nodes.Add(node);
            else foreach ((string name, ReferenceTensor value) in Evaluate(node, _constants)) AddConstant(name, value);
        }
    }

    /// <summary>Names of the inputs that have no default.</summary>
    public IReadOnlyList<string> Inputs { get; }

    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">Every input by name.</param>
    /// <returns>Every value of the graph by name: inputs, constants, intermediates, outputs.</returns>
    public IReadOnlyDictionary<string, ReferenceTensor> Run(IReadOnlyDictionary<string, ReferenceTensor> inputs)
    {
        Dictionary<string, ReferenceTensor> values = new(_constants, StringComparer.Ordinal);
        foreach ((string name, ReferenceTensor value) in inputs) values[name] = value;
        foreach (NodeProto node in _nodes)
        {
            foreach ((string name, ReferenceTensor value) in Evaluate(node, values)) values.Add(name, value);
        }

        return values;
    }

    /// <summary>Runs a model with one input.</summary>
    public IReadOnlyDictionary<string, ReferenceTensor> Run(ReferenceTensor input)
        => Run(new Dictionary<string, ReferenceTensor>(StringComparer.Ordinal) { [Inputs.Single()] = input });

    private static bool IsRandom(NodeProto node) => node.OpType is "RandomNormal" or "RandomUniform";

    private List<(string Name, ReferenceTensor Value)> Evaluate(NodeProto node, Dictionary<string, ReferenceTensor> values)
    {
        if (node.Domain is not ("" or "ai.onnx") || !_operators.TryGetValue(node.OpType, out ReferenceOperator? run))
        {
            throw new NotSupportedException($"The reference has no operator {node.Domain}:{node.OpType}.");
        }

        ReferenceTensor?[] inputs = node.Input.Select(i => i.Length == 0 ? null : values[i]).ToArray();
        ReferenceTensor[] outputs;
        try
        {
            outputs = run(new OperatorContext(node, _opset, inputs));
        }
        catch (Exception e) when (e is not NotSupportedException)
        {
            throw new InvalidOperationException($"{node.OpType} '{node.Name}' -> '{node.Output[0]}': {e.Message}", e);
        }

        List<(string, ReferenceTensor)> named = [];
        for (int i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length > 0) named.Add((node.Output[i], outputs[i]));
        }

        return named;
    }

    private void AddConstant(string name, ReferenceTensor value)
    {
        value.IsConstant = true;
        _constants.Add(name, value);
    }
}
