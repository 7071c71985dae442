using System;
using System.Buffers.Binary;

namespace ModelGen.Tool.Tensors;

/// <summary>An immutable array of numbers in row-major order, raw and little-endian: what files hold and what models read and
/// write.</summary>
internal sealed class NumericTensor
{
    /// <summary>More axes than any array library writes (numpy's limit is 64); keeps hostile headers small.</summary>
    public const int MaximumRank = 64;

    private readonly int[] _dimensions;
    private readonly byte[] _data;

    /// <summary>Wraps an array without copying it; the caller no longer writes to it.</summary>
    /// <param name="elementType">Element type.</param>
    /// <param name="dimensions">Dimensions, outermost first; empty for a scalar.</param>
    /// <param name="data">Elements, little-endian.</param>
    /// <exception cref="ArgumentException">The length of the data is not that of the dimensions.</exception>
    public NumericTensor(TensorElementType elementType, int[] dimensions, byte[] data)
    {
        if (!TryGetByteCount(dimensions, ModelInfo.SizeOf(elementType), out int bytes) || bytes != data.Length)
            throw new ArgumentException("The length of the data is not that of the dimensions.", nameof(data));
        ElementType = elementType;
        _dimensions = dimensions;
        _data = data;
        Length = data.Length / ModelInfo.SizeOf(elementType);
    }

    /// <summary>Element type. 16-bit floats of a file are widened to <see cref="TensorElementType.Float32"/>, which holds them
    /// exactly.</summary>
    public TensorElementType ElementType { get; }

    /// <summary>Dimensions, outermost first; empty for a scalar.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The elements, little-endian.</summary>
    public ReadOnlySpan<byte> Data => _data;

    /// <summary>The shape in words, for example <c>float32[32, 3, 32, 32]</c>.</summary>
    public override string ToString() => TensorNames.Describe(ElementType, _dimensions);

    /// <summary>Reads one element as a double: exact for all types but integers beyond 2^53.</summary>
    /// <param name="index">Number of the element in row-major order.</param>
    public double ToDouble(int index) => ElementType switch
    {
        TensorElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Element(index, 4)),
        TensorElementType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(Element(index, 8)),

        // Bytes come in millions, and 128-bit integers are slow to convert.
        TensorElementType.UInt8 => _data[index],
        TensorElementType.Int8 => (sbyte)_data[index],
        _ => (double)ToInteger(index),
    };

    /// <summary>Reads one element of an integer or boolean tensor.</summary>
    /// <param name="index">Number of the element in row-major order.</param>
    /// <exception cref="InvalidOperationException">The elements are floating-point numbers.</exception>
    public Int128 ToInteger(int index) => ElementType switch
    {
        TensorElementType.UInt8 or TensorElementType.Bool => _data[index],
        TensorElementType.Int8 => (sbyte)_data[index],
        TensorElementType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(Element(index, 2)),
        TensorElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Element(index, 2)),
        TensorElementType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(Element(index, 4)),
        TensorElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Element(index, 4)),
        TensorElementType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(Element(index, 8)),
        TensorElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Element(index, 8)),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>Whether the elements are floating-point numbers.</summary>
    public bool IsFloat => ElementType is TensorElementType.Float32 or TensorElementType.Float64;

    /// <summary>Computes the bytes of an array with checked arithmetic.</summary>
    /// <param name="dimensions">Dimensions.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="bytes">The product.</param>
    /// <returns>Whether every dimension is at least 0 and the product fits one .NET array.</returns>
    public static bool TryGetByteCount(ReadOnlySpan<int> dimensions, int elementSize, out int bytes)
    {
        long product = elementSize;
        bool fits = dimensions.Length <= MaximumRank;
        foreach (int dimension in dimensions)
        {
            // A zero further on would hide an overflow, so every partial product must fit.
            if (dimension < 0) fits = false;
            else if (product <= Array.MaxLength) product *= dimension;
        }
        fits &= product <= Array.MaxLength;
        bytes = fits ? (int)product : 0;
        return fits;
    }

    private ReadOnlySpan<byte> Element(int index, int size) => _data.AsSpan(checked(index * size), size);
}
