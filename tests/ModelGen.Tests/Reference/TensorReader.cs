using System;
using System.Buffers.Binary;
using System.Linq;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Tests.Reference;

/// <summary>TensorProto and SparseTensorProto to values.</summary>
internal static class TensorReader
{
    public static ReferenceTensor Read(TensorProto proto)
    {
        DataType type = (DataType)proto.DataType;
        int[] dims = proto.Dims.Select(d => checked((int)d)).ToArray();
        int count = Shapes.Count(dims);
        return type.IsFloat()
            ? ReferenceTensor.Float(dims, Floats(proto, type, count), type)
            : ReferenceTensor.Integer(type, dims, Integers(proto, type, count));
    }

    public static ReferenceTensor Read(SparseTensorProto proto)
    {
        ReferenceTensor values = Read(proto.Values);
        ReferenceTensor indices = Read(proto.Indices);
        int[] dims = proto.Dims.Select(d => checked((int)d)).ToArray();
        int[] strides = Shapes.Strides(dims);
        int[] source = Enumerable.Repeat(-1, Shapes.Count(dims)).ToArray();
        for (int i = 0; i < values.Count; i++)
        {
            // Indices are linear [NNZ], or coordinates [NNZ, rank].
            long at = indices.Rank == 1
                ? indices.Integers[i]
                : Enumerable.Range(0, dims.Length).Sum(d => indices.Integers[i * dims.Length + d] * strides[d]);
            source[at] = i;
        }

        return values.Select(dims, source);
    }

    private static double[] Floats(TensorProto proto, DataType type, int count)
    {
        byte[] raw = proto.RawData.ToByteArray();
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = type switch
            {
                DataType.Float32 => raw.Length > 0 ? BinaryPrimitives.ReadSingleLittleEndian(raw.AsSpan(4 * i)) : proto.FloatData[i],
                DataType.Float64 => raw.Length > 0 ? BinaryPrimitives.ReadDoubleLittleEndian(raw.AsSpan(8 * i)) : proto.DoubleData[i],
                DataType.Float16 => (double)BitConverter.UInt16BitsToHalf(Bits16(i)),
                _ => BitConverter.Int32BitsToSingle(Bits16(i) << 16),
            };
        }

        return values;

        ushort Bits16(int i) => raw.Length > 0 ? BinaryPrimitives.ReadUInt16LittleEndian(raw.AsSpan(2 * i)) : (ushort)proto.Int32Data[i];
    }

    private static long[] Integers(TensorProto proto, DataType type, int count)
    {
        byte[] raw = proto.RawData.ToByteArray();
        int bits = type.Bits();
        long[] values = new long[count];
        for (int i = 0; i < count; i++)
        {
            long value;
            if (raw.Length > 0 && bits < 8) value = raw[i * bits / 8] >> (i * bits % 8);
            else if (raw.Length > 0) value = ReadLittleEndian(raw, i * (bits / 8), bits / 8);
            else if (type == DataType.Int64) value = proto.Int64Data[i];
            else if (type is DataType.UInt32 or DataType.UInt64) value = (long)proto.Uint64Data[i];
            else if (bits < 8) value = proto.Int32Data[i * bits / 8] >> (i * bits % 8); // packed bytes, one per int32
            else value = proto.Int32Data[i];
            values[i] = type.Wrap(value);
        }

        return values;
    }

    private static long ReadLittleEndian(byte[] raw, int start, int length)
    {
        long value = 0;
        for (int i = 0; i < length; i++) value |= (long)raw[start + i] << (8 * i);
        return value;
    }
}
