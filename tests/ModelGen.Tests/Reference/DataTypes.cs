using System;

namespace ModelGen.Tests.Reference;

internal static class DataTypes
{
    public static bool IsFloat(this DataType type)
        => type is DataType.Float32 or DataType.Float64 or DataType.Float16 or DataType.BFloat16;

    public static int Bits(this DataType type) => type switch
    {
        DataType.UInt2 or DataType.Int2 => 2,
        DataType.UInt4 or DataType.Int4 => 4,
        DataType.UInt8 or DataType.Int8 or DataType.Bool => 8,
        DataType.UInt16 or DataType.Int16 or DataType.Float16 or DataType.BFloat16 => 16,
        DataType.UInt32 or DataType.Int32 or DataType.Float32 => 32,
        DataType.UInt64 or DataType.Int64 or DataType.Float64 => 64,
        _ => throw new NotSupportedException($"Element type {type} is not supported."),
    };

    public static bool IsSigned(this DataType type)
        => type is DataType.Int2 or DataType.Int4 or DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64;

    public static long Minimum(this DataType type) => type.IsSigned() ? long.MinValue >> (64 - type.Bits()) : 0;

    public static long Maximum(this DataType type)
        => type == DataType.Bool ? 1 : (long)(ulong.MaxValue >> (64 - type.Bits() + (type.IsSigned() || type.Bits() == 64 ? 1 : 0)));

    /// <summary>Keeps the low bits of an integer, as arithmetic in the type itself would; 64-bit unsigned numbers stay bit
    /// patterns.</summary>
    public static long Wrap(this DataType type, long value)
    {
        if (type == DataType.Bool) return value != 0 ? 1 : 0;
        int unused = 64 - type.Bits();
        return type.IsSigned() ? value << unused >> unused : (long)((ulong)value << unused >> unused);
    }

    /// <summary>Rounds to the nearest number the floating-point type holds.</summary>
    public static double Round(this DataType type, double value) => type switch
    {
        DataType.Float64 => value,
        DataType.Float32 => (float)value,
        DataType.Float16 => (double)(Half)value,
        DataType.BFloat16 => RoundToBFloat16((float)value),
        _ => throw new NotSupportedException($"{type} is not a floating-point type."),
    };

    private static float RoundToBFloat16(float value)
    {
        if (!float.IsFinite(value)) return value;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        bits += 0x7FFF + ((bits >> 16) & 1); // half to even on the 16 bits that are cut off
        return BitConverter.UInt32BitsToSingle(bits & 0xFFFF0000);
    }
}
