using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Quantize;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Passes;

namespace ModelGen.Compression.Network;

/// <summary>A network as compression works on it: float32, batch normalization folded, padding inside the convolutions.</summary>
internal static class FloatNetwork
{
    /// <summary>Reads a model file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="inputShapes">Dimensions of inputs that it leaves open.</param>
    /// <exception cref="ModelException">The file is no model that ModelGen compiles.</exception>
    /// <exception cref="CompressionException">The model is quantized in a way that has no float form.</exception>
    public static ModelGraph Load(byte[] file, string name, EquatableArray<InputShape> inputShapes = default)
    {
        ModelGraph graph = OnnxImporter.Import(file, new CompileOptions { InputShapes = inputShapes });
        graph = StripQuantization.Run(graph, out string? reason) ?? throw new CompressionException($"{name}: {reason}");
        graph = EliminateCommonSubexpressions.Run(graph);
        graph = SimplifyMovement.Run(graph);
        graph = AbsorbPadding.Run(graph);
        return FoldScaleAndShift.Run(graph);
    }
}
