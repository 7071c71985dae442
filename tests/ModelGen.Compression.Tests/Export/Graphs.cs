using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Passes;

namespace ModelGen.Compression.Tests.Export;

/// <summary>Files to graphs and back.</summary>
internal static class Graphs
{
    /// <summary>Reads a file and runs the passes that precede compression.</summary>
    public static ModelGraph Read(byte[] file) => Simplified(OnnxImporter.Import(file, new CompileOptions()));

    /// <summary>Runs the passes that precede compression.</summary>
    public static ModelGraph Simplified(ModelGraph graph)
    {
        graph = EliminateCommonSubexpressions.Run(graph);
        graph = SimplifyMovement.Run(graph);
        graph = AbsorbPadding.Run(graph);
        return FoldScaleAndShift.Run(graph);
    }

    /// <summary>Writes a graph with default options.</summary>
    public static byte[] Write(ModelGraph graph) => OnnxExporter.Export(graph, new ExportOptions());
}
