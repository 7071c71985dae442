using System;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Execution;

/// <summary>An array matched to an input of a model: one sample, or several along a leading axis.</summary>
internal sealed class BoundInput
{
    private BoundInput(NumericTensor tensor, int? sampleCount, bool keepsBatch)
    {
        Tensor = tensor;
        SampleCount = sampleCount;
        KeepsBatch = keepsBatch;
    }

    /// <summary>The array, in the element type of the input.</summary>
    public NumericTensor Tensor { get; }

    /// <summary>Length of the leading sample axis, or <see langword="null"/> when the array is a single sample.</summary>
    public int? SampleCount { get; }

    /// <summary>Whether the samples still have the leading dimension 1 of the input; outputs then keep theirs.</summary>
    public bool KeepsBatch { get; }

    /// <summary>Bytes of one sample.</summary>
    public int SampleBytes => Tensor.Data.Length / (SampleCount ?? 1);

    /// <summary>The bytes of one sample.</summary>
    /// <param name="sample">Number of the sample; without a sample axis every number gives the same.</param>
    public ReadOnlySpan<byte> Sample(int sample) => Tensor.Data.Slice(SampleCount is null ? 0 : sample * SampleBytes, SampleBytes);

    /// <summary>Matches an array to an input by its shape and converts its elements.</summary>
    /// <param name="tensor">
    /// Has the shape of the input, the same without a leading 1, or either of these behind one more axis of samples.
    /// </param>
    /// <param name="input">The input.</param>
    /// <param name="name">What the array is, for messages.</param>
    /// <exception cref="ToolException">Shape or values do not fit.</exception>
    public static BoundInput Bind(NumericTensor tensor, TensorInfo input, string name)
    {
        ReadOnlySpan<int> shape = input.Shape;
        ReadOnlySpan<int> withoutBatch = shape.Length > 0 && shape[0] == 1 ? shape[1..] : shape;
        ReadOnlySpan<int> dimensions = tensor.Dimensions;
        bool isSample = dimensions.SequenceEqual(shape) || dimensions.SequenceEqual(withoutBatch);
        bool isBatch = dimensions.Length > 0 && (dimensions[1..].SequenceEqual(shape) || dimensions[1..].SequenceEqual(withoutBatch));
        if (!isSample && !isBatch)
        {
            string wanted = $"input '{input.Name}' {TensorNames.Describe(input.ElementType, shape)}";
            throw new ToolException(
                $"{name}: shape {TensorNames.Shape(dimensions)} does not fit {wanted}; " +
                "give that shape, or the same behind a leading axis of samples");
        }
        if (!isSample && dimensions[0] == 0) throw new ToolException($"{name}: has no samples");
        NumericTensor converted = TensorConverter.Convert(tensor, input.ElementType, name);
        return new BoundInput(converted, isSample ? null : dimensions[0], dimensions.Length == shape.Length + (isSample ? 0 : 1));
    }
}
