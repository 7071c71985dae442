using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Tests.Models;

/// <summary>Tensors of the reference in and out of the byte buffers of <see cref="IModel.Run"/>.</summary>
internal static class RawTensor
{
    public static void Write(TensorInfo info, ReferenceTensor value, Span<byte> buffer)
    {
        Assert.Equal(info.Length, value.Count);
        double[] elements = value.AsDoubles();
        int size = ModelInfo.SizeOf(info.ElementType);
        for (int i = 0; i < elements.Length; i++)
        {
            Span<byte> at = buffer.Slice(info.ByteOffset + i * size, size);
            switch (info.ElementType)
            {
                case TensorElementType.Float32: MemoryMarshal.Write(at, (float)elements[i]); break;
                case TensorElementType.Float64: MemoryMarshal.Write(at, elements[i]); break;
                case TensorElementType.Int8: MemoryMarshal.Write(at, (sbyte)value.Integers[i]); break;
                case TensorElementType.UInt8 or TensorElementType.Bool: at[0] = (byte)value.Integers[i]; break;
                case TensorElementType.Int16: MemoryMarshal.Write(at, (short)value.Integers[i]); break;
                case TensorElementType.UInt16: MemoryMarshal.Write(at, (ushort)value.Integers[i]); break;
                case TensorElementType.Int32: MemoryMarshal.Write(at, (int)value.Integers[i]); break;
                case TensorElementType.UInt32: MemoryMarshal.Write(at, (uint)value.Integers[i]); break;
                default: MemoryMarshal.Write(at, value.Integers[i]); break;
            }
        }
    }

    public static ReferenceTensor Read(TensorInfo info, ReadOnlySpan<byte> buffer)
    {
        ReadOnlySpan<byte> bytes = buffer.Slice(info.ByteOffset, info.Length * ModelInfo.SizeOf(info.ElementType));
        int[] dims = info.Shape.ToArray();
        return info.ElementType switch
        {
            TensorElementType.Float32 => ReferenceTensor.Float(dims, Elements<float>(bytes).Select(v => (double)v).ToArray()),
            TensorElementType.Float64 => ReferenceTensor.Float(dims, Elements<double>(bytes), DataType.Float64),
            TensorElementType.Int8 => Integers(DataType.Int8, Elements<sbyte>(bytes), v => v),
            TensorElementType.UInt8 => Integers(DataType.UInt8, Elements<byte>(bytes), v => v),
            TensorElementType.Bool => Integers(DataType.Bool, Elements<byte>(bytes), v => v),
            TensorElementType.Int16 => Integers(DataType.Int16, Elements<short>(bytes), v => v),
            TensorElementType.UInt16 => Integers(DataType.UInt16, Elements<ushort>(bytes), v => v),
            TensorElementType.Int32 => Integers(DataType.Int32, Elements<int>(bytes), v => v),
            TensorElementType.UInt32 => Integers(DataType.UInt32, Elements<uint>(bytes), v => v),
            TensorElementType.Int64 => Integers(DataType.Int64, Elements<long>(bytes), v => v),
            _ => Integers(DataType.UInt64, Elements<ulong>(bytes), v => (long)v),
        };

        ReferenceTensor Integers<T>(DataType type, T[] values, Converter<T, long> convert)
            => ReferenceTensor.Integer(type, dims, Array.ConvertAll(values, convert));
    }

    private static T[] Elements<T>(ReadOnlySpan<byte> bytes)
        where T : struct
        => MemoryMarshal.Cast<byte, T>(bytes).ToArray();
}
