using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Passes;

namespace ModelGen.Compression.Network;

/// <summary>A network as compression works on it: float32, batch normalization folded, padding inside the convolutions.</summary>
internal static class FloatNetwork
{
    /// <summary>Reads a model file.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="ModelException">The file is no model that ModelGen compiles.</exception>
    public static ModelGraph Load(byte[] file)
    {
        ModelGraph graph = OnnxImporter.Import(file, new CompileOptions());
        graph = EliminateCommonSubexpressions.Run(graph);
        graph = SimplifyMovement.Run(graph);
        graph = AbsorbPadding.Run(graph);
        return FoldScaleAndShift.Run(graph);
    }
}
