using ModelGen.Graph;

namespace ModelGen.Compression.Export;

/// <summary>Writes one node of a graph as one or more ONNX nodes.</summary>
/// <param name="node">The node.</param>
/// <param name="context">Names of its operands and results, and where ONNX nodes go.</param>
internal delegate void NodeExporter(Node node, ExportContext context);
