using System;

namespace ModelGen.Graph;

/// <summary>The integers that quantization saturates to. 4-bit integers are stored in 8 bits but keep their own range.</summary>
/// <param name="Low">Smallest.</param>
/// <param name="High">Largest.</param>
public readonly record struct IntegerRange(int Low, int High)
{
    /// <summary>Range of int4.</summary>
    public static IntegerRange Int4 { get; } = new(-8, 7);

    /// <summary>Range of uint4.</summary>
    public static IntegerRange UInt4 { get; } = new(0, 15);

    /// <summary>All numbers of an integer type of 8 or 16 bits: those that tensors are quantized to.</summary>
    public static IntegerRange Of(ElementType element) => element switch
    {
        ElementType.Int8 => new(sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => new(byte.MinValue, byte.MaxValue),
        ElementType.Int16 => new(short.MinValue, short.MaxValue),
        ElementType.UInt16 => new(ushort.MinValue, ushort.MaxValue),
        _ => throw new ArgumentOutOfRangeException(nameof(element)),
    };

    /// <summary>The nearest number of the range.</summary>
    public int Clamp(int value) => Math.Max(Low, Math.Min(High, value));
}
