using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Import.Onnx;

/// <summary>Every ONNX operator that is read; the list to look at, and to extend.</summary>
internal static class OperatorRegistry
{
    private static readonly Dictionary<string, NodeImporter> Importers = Create();

    /// <summary>Names of the operators of the default domain that are read, sorted.</summary>
    public static IEnumerable<string> SupportedOperators
    {
        get
        {
            var names = new List<string>(Importers.Keys);
            names.Sort(StringComparer.Ordinal);
            return names;
        }
    }

    /// <summary>Imports a node.</summary>
    public static void Import(NodeProto proto, ImportScope scope)
    {
        string key = proto.Domain is "" or "ai.onnx" ? proto.OpType : $"{proto.Domain}.{proto.OpType}";
        if (!Importers.TryGetValue(key, out NodeImporter? importer))
        {
            throw new ModelException(
                ModelErrorIds.UnsupportedOperator,
                $"{NodeContext.Describe(proto)}, operator set {scope.Opset(proto.Domain)}: this operator is not supported; docs/operators.md lists those that are, and how to add one");
        }

        // Nobody can read the results of a node that names none.
        if (proto.Output.All(name => name.Length == 0)) return;
        try
        {
            importer(new NodeContext(proto, scope));
            MarkNarrow(proto, scope);
        }
        catch (ModelException error) when (!error.Message.Contains("node \""))
        {
            // Type inference knows nothing of the file; say where it failed.
            throw new ModelException(error.Id, $"{NodeContext.Describe(proto)}, operator set {scope.Opset(proto.Domain)}: {error.Message}");
        }
    }

    // Of the operators that take 4-bit integers, all but those that convert (which mark their results themselves) only move them.
    private static void MarkNarrow(NodeProto proto, ImportScope scope)
    {
        if (proto.OpType is "Cast" or "CastLike" or "DequantizeLinear") return;
        IntegerRange? range = proto.Input.Count > 0 ? scope.NarrowRange(proto.Input[0]) : null;
        TensorProto? constant = proto.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T;
        if (constant is not null) range = TensorReader.NarrowRange(constant.DataType);
        if (range is null) return;
        foreach (string output in proto.Output)
            if (scope.Find(output) is { } value && value.Element.IsByte()) scope.MarkNarrow(output, range);
    }

    private static Dictionary<string, NodeImporter> Create()
    {
        var importers = new Dictionary<string, NodeImporter>(StringComparer.Ordinal);
        ConvolutionImporters.Register(importers);
        MatrixImporters.Register(importers);
        PoolingImporters.Register(importers);
        ElementWiseImporters.Register(importers);
        MovementImporters.Register(importers);
        ShapeImporters.Register(importers);
        ReductionImporters.Register(importers);
        IndicatorImporters.Register(importers);
        NormalizationImporters.Register(importers);
        RecurrentImporters.Register(importers);
        QuantizationImporters.Register(importers);
        return importers;
    }
}
