using System;
using System.Buffers.Binary;

namespace ModelGen.Tool.Tensors;

/// <summary>Widens the two 16-bit float formats to float32, which holds all their values exactly.</summary>
internal static class HalfPrecision
{
    /// <summary>IEEE 754 binary16 to float32.</summary>
    /// <param name="data">Elements, little-endian.</param>
    public static byte[] WidenFloat16(ReadOnlySpan<byte> data)
    {
        byte[] result = new byte[checked(data.Length * 2)];
        for (int i = 0; i < data.Length; i += 2)
            BinaryPrimitives.WriteSingleLittleEndian(result.AsSpan(i * 2), (float)BinaryPrimitives.ReadHalfLittleEndian(data[i..]));
        return result;
    }

    /// <summary>bfloat16, the upper half of a float32, to float32.</summary>
    /// <param name="data">Elements, little-endian.</param>
    public static byte[] WidenBFloat16(ReadOnlySpan<byte> data)
    {
        byte[] result = new byte[checked(data.Length * 2)];
        for (int i = 0; i < data.Length; i += 2) data.Slice(i, 2).CopyTo(result.AsSpan(i * 2 + 2));
        return result;
    }
}
