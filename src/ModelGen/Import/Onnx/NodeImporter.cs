namespace ModelGen.Import.Onnx;

/// <summary>Turns one node of the file into operations of the graph.</summary>
/// <param name="node">The node.</param>
internal delegate void NodeImporter(NodeContext node);
