using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Tool.Tensors;

/// <summary>Reads and writes ONNX <c>TensorProto</c> files (.pb), the format of the ONNX test data.</summary>
internal static class OnnxTensorFile
{
    private const int Float16 = 10;
    private const int BFloat16 = 16;
    private const int UInt4 = 21;
    private const int Int4 = 22;

    /// <summary>Reads a tensor.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ToolException">It is damaged or not numeric.</exception>
    public static NamedTensor Read(byte[] file, string name)
    {
        try
        {
            TensorProto proto = TensorProto.Parser.ParseFrom(file);
            return new NamedTensor(proto.Name, Convert(proto));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            string reason = e is FormatException ? e.Message : "it is damaged or cut short";
            throw new ToolException($"{name}: not a usable ONNX tensor: {reason}", e);
        }
    }

    /// <summary>Writes a tensor.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensor">The tensor.</param>
    public static void Write(Stream stream, NamedTensor tensor)
    {
        TensorProto proto = new()
        {
            Name = tensor.Name,
            DataType = (int)tensor.Tensor.ElementType,
            RawData = ByteString.CopyFrom(tensor.Tensor.Data),
        };
        foreach (int dimension in tensor.Tensor.Dimensions) proto.Dims.Add(dimension);
        proto.WriteTo(stream);
    }

    private static NumericTensor Convert(TensorProto proto)
    {
        if (proto.DataLocation == TensorProto.Types.DataLocation.External) throw new FormatException("its data is in another file");
        int[] dimensions = new int[proto.Dims.Count];
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (proto.Dims[i] is < 0 or > int.MaxValue) throw new FormatException("a dimension is negative or too large");
            dimensions[i] = (int)proto.Dims[i];
        }

        bool isNibble = proto.DataType is UInt4 or Int4;
        TensorElementType type = proto.DataType switch
        {
            Float16 or BFloat16 => TensorElementType.Float32,
            UInt4 => TensorElementType.UInt8,
            Int4 => TensorElementType.Int8,
            int number when Enum.IsDefined((TensorElementType)number) => (TensorElementType)number,
            _ => throw new FormatException($"element type {proto.DataType} is not a number that models take"),
        };
        int fileSize = proto.DataType is Float16 or BFloat16 ? 2 : ModelInfo.SizeOf(type);
        if (!NumericTensor.TryGetByteCount(dimensions, ModelInfo.SizeOf(type), out int bytes))
            throw new FormatException("its shape is too large");
        int count = bytes / ModelInfo.SizeOf(type);

        byte[] data = proto.RawData.Length > 0 ? proto.RawData.ToByteArray() : TypedData(proto, type, fileSize);
        if (data.Length != (isNibble ? (count + 1) / 2 : count * fileSize))
            throw new FormatException($"it has {data.Length} bytes of data, which is not what its shape takes");
        return new NumericTensor(type, dimensions, proto.DataType switch
        {
            Float16 => HalfPrecision.WidenFloat16(data),
            BFloat16 => HalfPrecision.WidenBFloat16(data),
            UInt4 or Int4 => Unpack(data, count, proto.DataType == Int4),
            _ => data,
        });
    }

    /// <summary>Elements kept in a typed field: int32_data also carries everything narrower (ONNX IR, TensorProto).</summary>
    private static byte[] TypedData(TensorProto proto, TensorElementType type, int fileSize)
    {
        switch (type)
        {
            case TensorElementType.Float32 when fileSize == 4: return Pack(proto.FloatData, 4, BinaryPrimitives.WriteSingleLittleEndian);
            case TensorElementType.Float64: return Pack(proto.DoubleData, 8, BinaryPrimitives.WriteDoubleLittleEndian);
            case TensorElementType.Int64: return Pack(proto.Int64Data, 8, BinaryPrimitives.WriteInt64LittleEndian);
            case TensorElementType.UInt64: return Pack(proto.Uint64Data, 8, BinaryPrimitives.WriteUInt64LittleEndian);
            case TensorElementType.UInt32: return Pack(proto.Uint64Data, 4, WriteUInt32);
            default:
                return Pack(proto.Int32Data, fileSize, (span, value) =>
                {
                    if (fileSize == 4) BinaryPrimitives.WriteInt32LittleEndian(span, value);
                    else if (fileSize == 2) BinaryPrimitives.WriteUInt16LittleEndian(span, unchecked((ushort)value));
                    else span[0] = unchecked((byte)value);
                });
        }
    }

    private static void WriteUInt32(Span<byte> target, ulong value)
    {
        if (value > uint.MaxValue) throw new FormatException("an element is too large for its type");
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)value);
    }

    private delegate void ElementWriter<in T>(Span<byte> target, T value);

    private static byte[] Pack<T>(IReadOnlyList<T> values, int size, ElementWriter<T> write)
    {
        byte[] data = new byte[checked(values.Count * size)];
        for (int i = 0; i < values.Count; i++) write(data.AsSpan(i * size, size), values[i]);
        return data;
    }

    /// <summary>Two elements a byte, the first in the lower half (ONNX 4-bit types).</summary>
    private static byte[] Unpack(byte[] packed, int count, bool isSigned)
    {
        byte[] result = new byte[count];
        for (int i = 0; i < count; i++)
        {
            int nibble = (packed[i / 2] >> (i % 2 * 4)) & 15;
            result[i] = unchecked((byte)(isSigned && nibble > 7 ? nibble - 16 : nibble));
        }
        return result;
    }
}
