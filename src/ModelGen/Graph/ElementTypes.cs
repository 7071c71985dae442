using System;

namespace ModelGen.Graph;

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => 1,
        ElementType.Int16 or ElementType.UInt16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The C# keyword of the type.</summary>
    public static string Keyword(this ElementType type) => type switch
    {
        ElementType.Float32 => "float",
        ElementType.Float64 => "double",
        ElementType.Int8 => "sbyte",
        ElementType.UInt8 => "byte",
        ElementType.Int16 => "short",
        ElementType.UInt16 => "ushort",
        ElementType.Int32 => "int",
        ElementType.UInt32 => "uint",
        ElementType.Int64 => "long",
        ElementType.UInt64 => "ulong",
        ElementType.Bool => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Whether the type is a floating-point type.</summary>
    public static bool IsFloat(this ElementType type) => type is ElementType.Float32 or ElementType.Float64;

    /// <summary>Whether the type is an integer type without negative numbers.</summary>
    public static bool IsUnsigned(this ElementType type) =>
        type is ElementType.UInt8 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64;

    /// <summary>Whether the type is one of the two 8-bit integers that quantized activations use.</summary>
    public static bool IsByte(this ElementType type) => type is ElementType.Int8 or ElementType.UInt8;
}
