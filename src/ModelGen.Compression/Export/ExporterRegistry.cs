using System;
using System.Collections.Generic;
using ModelGen.Compression.Export.Operators;
using ModelGen.Graph;

namespace ModelGen.Compression.Export;

/// <summary>Every operator of the graph that can be written; the counterpart of the importer's registry.</summary>
internal static class ExporterRegistry
{
    private static readonly Dictionary<Type, NodeExporter> Exporters = Create();

    /// <summary>Writes a node.</summary>
    /// <exception cref="CompressionException">It has no form in ONNX.</exception>
    /// <exception cref="InvalidOperationException">A fusing pass made it.</exception>
    public static void Export(Node node, ExportContext context)
    {
        if (node.Operator.Result is not null || !node.Operator.Activation.IsNone)
            throw new InvalidOperationException($"{node} is fused; a graph is exported before activations and quantization are fused");
        if (!Exporters.TryGetValue(node.Operator.GetType(), out NodeExporter? exporter))
            throw new InvalidOperationException($"{node}: operators {node.Operator.GetType().Name} are not exported");
        exporter(node, context);
    }

    private static Dictionary<Type, NodeExporter> Create()
    {
        Dictionary<Type, NodeExporter> exporters = [];
        ConvolutionExporters.Register(exporters);
        MatrixExporters.Register(exporters);
        PoolingExporters.Register(exporters);
        ElementWiseExporters.Register(exporters);
        MovementExporters.Register(exporters);
        NormalizationExporters.Register(exporters);
        RecurrentExporters.Register(exporters);
        ReductionExporters.Register(exporters);
        QuantizationExporters.Register(exporters);
        return exporters;
    }
}
