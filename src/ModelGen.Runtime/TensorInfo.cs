using System;

namespace ModelGen;

/// <summary>One input or output of a model: name, shape, type and, where it is quantized inside, how.</summary>
public sealed class TensorInfo
{
    /// <summary>Describes a tensor. Generated code calls this; applications read it.</summary>
    /// <param name="name">Name in the model file.</param>
    /// <param name="elementType">Element type of the tensor as the model file declares it.</param>
    /// <param name="shape">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="byteOffset">Offset in the buffers of <see cref="IModel.Run"/>.</param>
    /// <param name="quantizedType">Type of the raw quantized form, or <see langword="null"/> when the model has none for this
    /// tensor.</param>
    /// <param name="scale">
    /// Quantization scale of the raw form or, when the tensor itself is quantized integers, its own:
    /// real = (quantized - zeroPoint) * scale. 0 when not quantized.
    /// </param>
    /// <param name="zeroPoint">Quantization zero point.</param>
    public TensorInfo(string name, TensorElementType elementType, int[] shape, int byteOffset,
        TensorElementType? quantizedType = null, float scale = 0, int zeroPoint = 0)
    {
        Name = name;
        ElementType = elementType;
        _shape = shape;
        ByteOffset = byteOffset;
        QuantizedType = quantizedType;
        Scale = scale;
        ZeroPoint = zeroPoint;
        int length = 1;
        foreach (int dimension in shape) length *= dimension;
        Length = length;
    }

    private readonly int[] _shape;

    /// <summary>Name in the model file.</summary>
    public string Name { get; }

    /// <summary>Element type as the model file declares it (16-bit floats appear as <see cref="TensorElementType.Float32"/>).</summary>
    public TensorElementType ElementType { get; }

    /// <summary>Dimensions, outermost first; empty for a scalar.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>Number of elements: the product of <see cref="Shape"/>.</summary>
    public int Length { get; }

    /// <summary>Offset in bytes of this tensor in the buffers of <see cref="IModel.Run"/>; a multiple of 8.</summary>
    public int ByteOffset { get; }

    /// <summary>
    /// Element type of the raw overload of <c>Run</c>, or <see langword="null"/> when it has none: the tensor is not quantized
    /// inside, or is integers in the model file.
    /// </summary>
    public TensorElementType? QuantizedType { get; }

    /// <summary>
    /// Quantization scale: real = (quantized - <see cref="ZeroPoint"/>) * scale. That of the raw form, or of integers that the model
    /// file itself takes or gives; 0 where neither is quantized.
    /// </summary>
    public float Scale { get; }

    /// <summary>Quantization zero point; see <see cref="Scale"/>.</summary>
    public int ZeroPoint { get; }
}
