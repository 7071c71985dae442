using System;

namespace ModelGen.Tool.Tensors;

/// <summary>The element of a .npy array.</summary>
/// <param name="Type">Type in memory; <see cref="TensorElementType.Float32"/> also for 16-bit floats.</param>
/// <param name="Size">Bytes of an element in the file.</param>
/// <param name="IsHalf">Whether the file holds 16-bit floats.</param>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
internal sealed record NpyElement(TensorElementType Type, int Size, bool IsHalf, bool IsBigEndian)
{
    /// <summary>Parses a numpy type string such as <c>&lt;f4</c> or <c>|u1</c>.</summary>
    /// <param name="description">The string.</param>
    /// <exception cref="FormatException">It is not a number that a model could take.</exception>
    public static NpyElement Parse(string description)
    {
        bool hasOrder = description.Length > 0 && description[0] is '<' or '>' or '|' or '=';
        string kind = hasOrder ? description[1..] : description;
        TensorElementType type = kind switch
        {
            "f2" or "f4" => TensorElementType.Float32,
            "f8" => TensorElementType.Float64,
            "i1" => TensorElementType.Int8,
            "i2" => TensorElementType.Int16,
            "i4" => TensorElementType.Int32,
            "i8" => TensorElementType.Int64,
            "u1" => TensorElementType.UInt8,
            "u2" => TensorElementType.UInt16,
            "u4" => TensorElementType.UInt32,
            "u8" => TensorElementType.UInt64,
            "b1" or "?" => TensorElementType.Bool,
            _ => throw new FormatException($"dtype '{description}' is not one of f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1"),
        };
        bool isHalf = kind == "f2";
        return new NpyElement(type, isHalf ? 2 : ModelInfo.SizeOf(type), isHalf, description[0] == '>');
    }

    /// <summary>The numpy type string of an element type.</summary>
    /// <param name="type">Element type.</param>
    public static string Describe(TensorElementType type) => type switch
    {
        TensorElementType.Float32 => "<f4",
        TensorElementType.Float64 => "<f8",
        TensorElementType.Int8 => "|i1",
        TensorElementType.Int16 => "<i2",
        TensorElementType.Int32 => "<i4",
        TensorElementType.Int64 => "<i8",
        TensorElementType.UInt8 => "|u1",
        TensorElementType.UInt16 => "<u2",
        TensorElementType.UInt32 => "<u4",
        TensorElementType.UInt64 => "<u8",
        TensorElementType.Bool => "|b1",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Copies elements, least significant byte first; booleans become 0 or 1.</summary>
    /// <param name="data">Elements as the file holds them.</param>
    public byte[] ToLittleEndian(ReadOnlySpan<byte> data)
    {
        byte[] result = data.ToArray();
        if (IsBigEndian && Size > 1)
        {
            for (int i = 0; i < result.Length; i += Size) result.AsSpan(i, Size).Reverse();
        }
        else if (Type == TensorElementType.Bool)
        {
            // A byte other than 0 or 1 is true to C and undefined to .NET.
            for (int i = 0; i < result.Length; i++) result[i] = result[i] == 0 ? (byte)0 : (byte)1;
        }
        return result;
    }
}
