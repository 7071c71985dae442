using System;
using System.Collections.Generic;
using System.Linq;
using Google.Protobuf;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export;

/// <summary>
/// Writes a graph as an ONNX file: as the importer made it, and after the passes that neither fuse activations nor quantization.
/// The same graph and options give the same bytes on every machine.
/// </summary>
internal static class OnnxExporter
{
    // Operator set 13 (2020) is what nearly every reader knows; 21 is the first with 4-bit integers.
    private const long OldestOpset = 13, LowBitOpset = 21;

    /// <summary>Writes a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">Metadata and storage of constants.</param>
    /// <returns>The file: operator set 13 and IR version 8, or 21 and 10 where something needs them.</returns>
    /// <exception cref="CompressionException">A node has no form in ONNX; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The graph holds nodes that only the compiler's fusing passes make.</exception>
    public static byte[] Export(ModelGraph graph, ExportOptions options)
    {
        long opset = OldestOpset;
        ExportContext context = Write(graph, options, opset);
        if (context.RequiredOpset > opset)
        {
            opset = Math.Max(LowBitOpset, context.RequiredOpset);
            context = Write(graph, options, opset);
        }

        ModelProto model = new()
        {
            IrVersion = opset < LowBitOpset ? 8 : 10,
            ProducerName = "modelgen",
            DocString = graph.Metadata.Description,
            Graph = context.Graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        foreach ((string key, string value) in Metadata(graph, options))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model.ToByteArray();
    }

    private static ExportContext Write(ModelGraph graph, ExportOptions options, long opset)
    {
        ExportContext context = new(graph, options, opset);
        foreach (Value input in graph.Inputs)
            context.Graph.Input.Add(Declaration(input.Name, context.TypeOf(input), input.Shape));
        foreach (Node node in graph.Nodes)
            if (!context.IsDeferred(node)) ExporterRegistry.Export(node, context);
        foreach (GraphOutput output in graph.Outputs)
        {
            string name = context.Name(output.Value);
            if (name != output.Name) context.Add("Identity", output.Name, [name], [output.Name]);
            context.Graph.Output.Add(Declaration(output.Name, context.TypeOf(output.Value), output.Value.Shape));
        }

        return context;
    }

    private static ValueInfoProto Declaration(string name, OnnxDataType type, Shape shape)
    {
        TensorShapeProto dimensions = new();
        dimensions.Dim.Add(shape.Dimensions.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions } },
        };
    }

    private static SortedDictionary<string, string> Metadata(ModelGraph graph, ExportOptions options)
    {
        SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
        EquatableArray<string> labels = graph.Metadata.Labels;
        if (labels.Count > 0)
        {
            // Readers split at commas and line ends.
            bool hasComma = labels.Any(label => label.Contains(',', StringComparison.Ordinal));
            metadata["labels"] = string.Join(hasComma ? '\n' : ',', labels);
        }

        foreach ((string key, string value) in options.Metadata) metadata[key] = value;
        return metadata;
    }
}
