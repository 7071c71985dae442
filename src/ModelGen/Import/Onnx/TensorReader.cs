using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Import.Onnx;

/// <summary>
/// Constants of the file: raw bytes or typed fields, every numeric type (ONNX TensorProto). 16-bit floats are widened to float32,
/// 4-bit integers to 8 bits. Lengths must match the shape exactly.
/// </summary>
internal static class TensorReader
{
    private const int Float = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, Int64 = 7, Bool = 9, Float16 = 10, Double = 11,
        UInt32 = 12, UInt64 = 13, BFloat16 = 16, UInt4 = 21, Int4 = 22;

    /// <summary>The element type in the graph of an ONNX data type.</summary>
    public static ElementType ElementTypeOf(int dataType, string what) => dataType switch
    {
        Float or Float16 or BFloat16 => ElementType.Float32,
        Double => ElementType.Float64,
        UInt8 or UInt4 => ElementType.UInt8,
        Int8 or Int4 => ElementType.Int8,
        UInt16 => ElementType.UInt16,
        Int16 => ElementType.Int16,
        UInt32 => ElementType.UInt32,
        Int32 => ElementType.Int32,
        UInt64 => ElementType.UInt64,
        Int64 => ElementType.Int64,
        Bool => ElementType.Bool,
        _ => throw new ModelException(ModelErrorIds.UnsupportedOperator, $"{what} has ONNX data type {dataType}, which is not supported"),
    };

    /// <summary>Range of an ONNX data type of 4 bits, or <see langword="null"/> for others.</summary>
    public static IntegerRange? NarrowRange(int dataType) => dataType switch
    {
        Int4 => IntegerRange.Int4,
        UInt4 => IntegerRange.UInt4,
        _ => null,
    };

    /// <summary>Reads a dense constant.</summary>
    public static Tensor Read(TensorProto proto, string what)
    {
        if (proto.DataLocation == TensorProto.Types.DataLocation.External || proto.ExternalData.Count > 0)
            throw new ModelException(ModelErrorIds.ExternalData,
                $"{what} is stored outside the model file; save the model with its weights inside (onnx.save_model with save_as_external_data=False)");
        ElementType element = ElementTypeOf(proto.DataType, what);
        var type = new TensorType(element, ShapeOf(proto, what));
        return new Tensor(type, proto.RawData.Length > 0 ? FromRaw(proto, type, what) : FromFields(proto, type, what));
    }

    /// <summary>Reads a sparse constant (coordinate format, ONNX SparseTensorProto) into a dense one.</summary>
    public static Tensor Read(SparseTensorProto proto, string what)
    {
        if (proto.Values is null || proto.Indices is null) throw Damaged(what, "lacks values or indices");
        Tensor values = Read(proto.Values, what), indices = Read(proto.Indices, what);
        var shape = new Shape(proto.Dims.Select(dimension => Dimension(dimension, what)));
        if (indices.Element != ElementType.Int64) throw Damaged(what, "has indices that are not int64");
        bool linear = indices.Shape.Rank == 1;
        if (indices.Count != (linear ? values.Count : (long)values.Count * shape.Rank))
            throw Damaged(what, "has another number of indices than values");

        var type = new TensorType(values.Element, shape);
        Limits.CheckConstant(type, what);
        var bytes = new byte[type.Bytes];
        int size = type.Element.Size();
        int[] strides = shape.Strides();
        for (int i = 0; i < values.Count; i++)
        {
            long position = 0;
            if (linear)
            {
                position = indices.GetLong(i);
            }
            else
            {
                for (int axis = 0; axis < shape.Rank; axis++)
                {
                    long index = indices.GetLong(i * shape.Rank + axis);
                    if (index < 0 || index >= shape[axis]) throw Damaged(what, $"has an index {index} outside {shape}");
                    position += index * strides[axis];
                }
            }

            if (position < 0 || position >= shape.Count) throw Damaged(what, $"has an index {position} outside {shape}");
            values.Bytes.Slice(i * size, size).CopyTo(bytes.AsSpan((int)position * size));
        }

        return new Tensor(type, bytes);
    }

    private static Shape ShapeOf(TensorProto proto, string what) => new(proto.Dims.Select(dimension => Dimension(dimension, what)));

    private static int Dimension(long dimension, string what) =>
        dimension is >= 0 and <= int.MaxValue ? (int)dimension : throw Damaged(what, $"has a dimension {dimension}");

    private static byte[] FromRaw(TensorProto proto, TensorType type, string what)
    {
        ReadOnlySpan<byte> raw = proto.RawData.Span;
        long expected = proto.DataType switch
        {
            Float16 or BFloat16 => 2L * type.Shape.Count,
            UInt4 or Int4 => (type.Shape.Count + 1L) / 2,
            _ => (long)type.Element.Size() * type.Shape.Count,
        };
        if (raw.Length != expected) throw Damaged(what, $"has {raw.Length} bytes of data; its shape {type.Shape} needs {expected}");
        if (proto.DataType is not (Float16 or BFloat16 or UInt4 or Int4)) return raw.ToArray();

        var writer = new TensorWriter(type);
        for (int i = 0; i < type.Shape.Count; i++)
        {
            if (proto.DataType is Float16 or BFloat16)
                writer.Set(i, HalfFloat.ToDouble((ushort)(raw[2 * i] | raw[2 * i + 1] << 8), proto.DataType == BFloat16));
            else writer.Set(i, Nibble(raw[i / 2], i, proto.DataType == Int4));
        }

        return writer.ToTensor().Bytes.ToArray();
    }

    private static byte[] FromFields(TensorProto proto, TensorType type, string what)
    {
        int count = type.Shape.Count;
        var writer = new TensorWriter(type);
        switch (proto.DataType)
        {
            case Float:
                Expect(proto.FloatData.Count, count, what);
                for (int i = 0; i < count; i++) writer.Set(i, (double)proto.FloatData[i]);
                break;
            case Double:
                Expect(proto.DoubleData.Count, count, what);
                for (int i = 0; i < count; i++) writer.Set(i, proto.DoubleData[i]);
                break;
            case Int64:
                Expect(proto.Int64Data.Count, count, what);
                for (int i = 0; i < count; i++) writer.Set(i, proto.Int64Data[i]);
                break;
            case UInt64 or UInt32:
                Expect(proto.Uint64Data.Count, count, what);
                for (int i = 0; i < count; i++) writer.Set(i, unchecked((long)proto.Uint64Data[i]));
                break;
            case UInt4 or Int4:
                Expect(proto.Int32Data.Count, (count + 1) / 2, what);
                for (int i = 0; i < count; i++) writer.Set(i, Nibble(proto.Int32Data[i / 2], i, proto.DataType == Int4));
                break;
            default:
                Expect(proto.Int32Data.Count, count, what);
                for (int i = 0; i < count; i++)
                {
                    if (proto.DataType is Float16 or BFloat16)
                        writer.Set(i, HalfFloat.ToDouble((ushort)proto.Int32Data[i], proto.DataType == BFloat16));
                    else writer.Set(i, (long)proto.Int32Data[i]);
                }

                break;
        }

        return writer.ToTensor().Bytes.ToArray();
    }

    // Two 4-bit integers a byte, the first in the low half (ONNX IR, "INT4").
    private static long Nibble(int packed, int index, bool signed)
    {
        int value = packed >> (index % 2 * 4) & 0xF;
        return signed && value > 7 ? value - 16 : value;
    }

    private static void Expect(int actual, int expected, string what)
    {
        if (actual != expected) throw Damaged(what, $"has {actual} elements; its shape needs {expected}");
    }

    private static ModelException Damaged(string what, string problem) => new(ModelErrorIds.NotAModel, $"{what} {problem}");
}
