using System;
using System.Collections.Generic;
using System.Linq;
using Google.Protobuf;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export;

/// <summary>Constants as ONNX stores them: little-endian <c>raw_data</c>, two 4-bit integers a byte, or coordinates of non-zeros.</summary>
internal static class TensorEncoder
{
    /// <summary>The ONNX data type of an element type.</summary>
    public static OnnxDataType TypeOf(ElementType element) => element switch
    {
        ElementType.Float32 => OnnxDataType.Float,
        ElementType.Float64 => OnnxDataType.Double,
        ElementType.Int8 => OnnxDataType.Int8,
        ElementType.UInt8 => OnnxDataType.UInt8,
        ElementType.Int16 => OnnxDataType.Int16,
        ElementType.UInt16 => OnnxDataType.UInt16,
        ElementType.Int32 => OnnxDataType.Int32,
        ElementType.UInt32 => OnnxDataType.UInt32,
        ElementType.Int64 => OnnxDataType.Int64,
        ElementType.UInt64 => OnnxDataType.UInt64,
        ElementType.Bool => OnnxDataType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(element)),
    };

    /// <summary>The numbers that a type of 4 bits holds, or <see langword="null"/> for other types.</summary>
    public static IntegerRange? NarrowRange(OnnxDataType type) => type switch
    {
        OnnxDataType.Int4 => IntegerRange.Int4,
        OnnxDataType.UInt4 => IntegerRange.UInt4,
        _ => null,
    };

    /// <summary>A dense tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The elements; those written as 4-bit integers must fit.</param>
    /// <param name="type">The type to write.</param>
    public static TensorProto Dense(string name, Tensor tensor, OnnxDataType type)
    {
        TensorProto proto = new()
        {
            Name = name,
            DataType = (int)type,
            RawData = NarrowRange(type) is null ? ByteString.CopyFrom(tensor.Bytes) : ByteString.CopyFrom(Nibbles(tensor.Bytes)),
        };
        proto.Dims.Add(tensor.Shape.Dimensions.Select(size => (long)size));
        return proto;
    }

    /// <summary>A sparse tensor (ONNX SparseTensorProto with linear indices), or <see langword="null"/> when dense takes no more
    /// bytes.</summary>
    /// <param name="name">Its name, which ONNX keeps in the values.</param>
    /// <param name="tensor">The elements.</param>
    /// <param name="type">The type to write, of at least 8 bits.</param>
    public static SparseTensorProto? Sparse(string name, Tensor tensor, OnnxDataType type)
    {
        int size = tensor.Element.Size();
        List<long> indices = [];
        List<byte> values = [];
        for (int i = 0; i < tensor.Count; i++)
        {
            // Bits, not numbers, are compared: a negative zero must stay one.
            ReadOnlySpan<byte> element = tensor.Bytes.Slice(i * size, size);
            if (element.IndexOfAnyExcept((byte)0) < 0) continue;
            indices.Add(i);
            values.AddRange(element);
        }

        if (indices.Count == 0 || (long)indices.Count * (size + sizeof(long)) >= tensor.Bytes.Length) return null;
        var shape = new Shape(indices.Count);
        SparseTensorProto proto = new()
        {
            Values = Dense(name, new Tensor(new TensorType(tensor.Element, shape), [.. values]), type),
            Indices = Dense("", Tensor.Longs([.. indices]), OnnxDataType.Int64),
        };
        proto.Dims.Add(tensor.Shape.Dimensions.Select(dimension => (long)dimension));
        return proto;
    }

    /// <summary>Whether all elements of a tensor of 8-bit integers lie in a range.</summary>
    public static bool Fits(Tensor tensor, IntegerRange range)
    {
        bool isSigned = tensor.Element == ElementType.Int8;
        foreach (byte element in tensor.Bytes)
        {
            int value = isSigned ? unchecked((sbyte)element) : element;
            if (value < range.Low || value > range.High) return false;
        }

        return true;
    }

    /// <summary>The bytes of a list of numbers.</summary>
    public static Tensor Vector(ElementType element, Shape shape, IEnumerable<int> values)
    {
        var writer = new TensorWriter(new TensorType(element, shape));
        int index = 0;
        foreach (int value in values) writer.Set(index++, (long)value);
        return writer.ToTensor();
    }

    // The first of two in the low half (onnx.proto, TensorProto.raw_data).
    private static byte[] Nibbles(ReadOnlySpan<byte> elements)
    {
        byte[] packed = new byte[(elements.Length + 1) / 2];
        for (int i = 0; i < elements.Length; i++) packed[i / 2] |= (byte)((elements[i] & 15) << (i % 2 * 4));
        return packed;
    }
}
