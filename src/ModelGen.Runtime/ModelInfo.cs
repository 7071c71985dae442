using System;

namespace ModelGen;

/// <summary>Facts of a compiled model: shapes, types, size and work. Made once, the first time it is asked for.</summary>
public sealed class ModelInfo
{
    private readonly TensorInfo[] _inputs;
    private readonly TensorInfo[] _outputs;
    private readonly string[] _labels;

    /// <summary>Describes a model. Generated code calls this; applications read it.</summary>
    /// <param name="name">File name of the model without its folder.</param>
    /// <param name="sourceHash">SHA-256 of the model file, lower-case hexadecimal.</param>
    /// <param name="inputs">Inputs in the order of the model.</param>
    /// <param name="outputs">Outputs in the order of the model.</param>
    /// <param name="labels">Class names of the first output, or empty.</param>
    /// <param name="multiplyAccumulates">Multiply-accumulates of one run as compiled: zero weights that are skipped do not count.</param>
    /// <param name="denseMultiplyAccumulates">Multiply-accumulates that the network would need were no weight zero.</param>
    /// <param name="weights">Number of weights, zeros included.</param>
    /// <param name="nonZeroWeights">Number of weights that are not zero.</param>
    /// <param name="fileBytes">Bytes of the model file.</param>
    /// <param name="weightBytes">Bytes of weights, biases and tables in the compiled code.</param>
    /// <param name="workspaceBytes">Bytes of working memory an instance needs.</param>
    public ModelInfo(string name, string sourceHash, TensorInfo[] inputs, TensorInfo[] outputs, string[] labels,
        long multiplyAccumulates, long denseMultiplyAccumulates, long weights, long nonZeroWeights, long fileBytes, long weightBytes,
            int workspaceBytes)
    {
        Name = name;
        SourceHash = sourceHash;
        _inputs = inputs;
        _outputs = outputs;
        _labels = labels;
        MultiplyAccumulates = multiplyAccumulates;
        DenseMultiplyAccumulates = denseMultiplyAccumulates;
        Weights = weights;
        NonZeroWeights = nonZeroWeights;
        FileBytes = fileBytes;
        WeightBytes = weightBytes;
        WorkspaceBytes = workspaceBytes;
        InputBytes = TotalBytes(inputs);
        OutputBytes = TotalBytes(outputs);
    }

    /// <summary>File name of the model without its folder.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the model file, lower-case hexadecimal.</summary>
    public string SourceHash { get; }

    /// <summary>Inputs in the order of the model.</summary>
    public ReadOnlySpan<TensorInfo> Inputs => _inputs;

    /// <summary>Outputs in the order of the model.</summary>
    public ReadOnlySpan<TensorInfo> Outputs => _outputs;

    /// <summary>Class names of the first output, or empty when none were given.</summary>
    public ReadOnlySpan<string> Labels => _labels;

    /// <summary>Multiply-accumulates of one run as compiled: zero weights that are skipped do not count.</summary>
    public long MultiplyAccumulates { get; }

    /// <summary>Multiply-accumulates that the network would need were no weight zero.</summary>
    public long DenseMultiplyAccumulates { get; }

    /// <summary>Number of weights, zeros included, biases not.</summary>
    public long Weights { get; }

    /// <summary>Number of weights that are not zero.</summary>
    public long NonZeroWeights { get; }

    /// <summary>Bytes of the model file.</summary>
    public long FileBytes { get; }

    /// <summary>Bytes of weights, biases and tables in the compiled code.</summary>
    public long WeightBytes { get; }

    /// <summary>Bytes of working memory an instance needs: the length of the memory for the constructor that takes one.</summary>
    public int WorkspaceBytes { get; }

    /// <summary>Length in bytes of the input buffer of <see cref="IModel.Run"/>.</summary>
    public int InputBytes { get; }

    /// <summary>Length in bytes of the output buffer of <see cref="IModel.Run"/>.</summary>
    public int OutputBytes { get; }

    private static int TotalBytes(TensorInfo[] tensors)
    {
        if (tensors.Length == 0) return 0;
        TensorInfo last = tensors[tensors.Length - 1];
        return last.ByteOffset + last.Length * SizeOf(last.ElementType);
    }

    /// <summary>Bytes of one element of a tensor.</summary>
    /// <param name="elementType">The element type.</param>
    /// <returns>1, 2, 4 or 8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of <see cref="TensorElementType"/>.</exception>
    public static int SizeOf(TensorElementType elementType) => elementType switch
    {
        TensorElementType.UInt8 or TensorElementType.Int8 or TensorElementType.Bool => 1,
        TensorElementType.UInt16 or TensorElementType.Int16 => 2,
        TensorElementType.Float32 or TensorElementType.Int32 or TensorElementType.UInt32 => 4,
        TensorElementType.Int64 or TensorElementType.Float64 or TensorElementType.UInt64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(elementType)),
    };
}
