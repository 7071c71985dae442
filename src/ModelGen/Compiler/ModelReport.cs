using ModelGen.Graph;

namespace ModelGen.Compiler;

/// <summary>What was compiled and what it costs; the content of the header of the emitted code and of <c>modelgen inspect</c>.</summary>
public sealed record ModelReport
{
    /// <summary>File name of the model without its folder.</summary>
    public required string FileName { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string SourceHash { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Program that wrote the file, as it says itself, with version.</summary>
    public required string Producer { get; init; }

    /// <summary>Version of the default operator set.</summary>
    public required long Opset { get; init; }

    /// <summary>Profile of the emitted code.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Inputs.</summary>
    public required EquatableArray<TensorReport> Inputs { get; init; }

    /// <summary>Outputs.</summary>
    public required EquatableArray<TensorReport> Outputs { get; init; }

    /// <summary>Class names of the first output, or empty.</summary>
    public required EquatableArray<string> Labels { get; init; }

    /// <summary>Layers in the order they run.</summary>
    public required EquatableArray<LayerReport> Layers { get; init; }

    /// <summary>Multiply-accumulates of one run as compiled.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Multiply-accumulates were no weight zero.</summary>
    public required long DenseMultiplyAccumulates { get; init; }

    /// <summary>Weights, zeros included.</summary>
    public required long Weights { get; init; }

    /// <summary>Weights that are not zero.</summary>
    public required long NonZeroWeights { get; init; }

    /// <summary>Bytes of weights, biases and tables in the emitted code.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of the workspace.</summary>
    public required int WorkspaceBytes { get; init; }

    /// <summary>Bytes of the largest set of values alive at one time: no plan needs less.</summary>
    public required int WorkspaceLowerBound { get; init; }
}

/// <summary>An input or output.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Identifier">Name in C#.</param>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="QuantizedElement">Type of the raw form, or <see cref="ElementType.Undefined"/>.</param>
/// <param name="Scale">Quantization scale of the raw form, or of a tensor that is quantized integers itself; else 0.</param>
/// <param name="ZeroPoint">Quantization zero point.</param>
public sealed record TensorReport(
    string Name, string Identifier, ElementType Element, EquatableArray<int> Shape, ElementType QuantizedElement, float Scale, int ZeroPoint);

/// <summary>A layer: one method of the emitted class.</summary>
/// <param name="Index">Number, from 1.</param>
/// <param name="Operation">What it is, for example <c>conv2d</c>.</param>
/// <param name="Name">Name of the node in the model.</param>
/// <param name="Shape">Input and output shapes in words, for example <c>64x25x5 -> 64x25x5</c>.</param>
/// <param name="Weights">Weights, zeros included.</param>
/// <param name="NonZeroWeights">Weights that are not zero.</param>
/// <param name="Bits">Bits a weight; 0 without weights.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates as compiled.</param>
/// <param name="DenseMultiplyAccumulates">Multiply-accumulates were no weight zero.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables.</param>
/// <param name="ScratchBytes">Bytes of scratch memory besides input and output.</param>
/// <param name="Kernel">The kernel chosen.</param>
/// <param name="Reason">Why it was chosen.</param>
public sealed record LayerReport(
    int Index, string Operation, string Name, string Shape, long Weights, long NonZeroWeights, int Bits,
    long MultiplyAccumulates, long DenseMultiplyAccumulates, long WeightBytes, int ScratchBytes, string Kernel, string Reason);
