using System;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelGen.Tool.Tensors;

/// <summary>Changes element types where no value is lost; between float types values are rounded.</summary>
internal static class TensorConverter
{
    /// <summary>Converts a tensor by value.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">Wanted element type.</param>
    /// <param name="name">What the tensor is, for messages.</param>
    /// <exception cref="ToolException">A value does not exist in the wanted type.</exception>
    public static NumericTensor Convert(NumericTensor tensor, TensorElementType type, string name)
    {
        if (tensor.ElementType == type) return tensor;
        byte[] data = new byte[checked(tensor.Length * ModelInfo.SizeOf(type))];
        int lost = tensor.ElementType switch
        {
            TensorElementType.Float32 => From<float>(tensor, type, data),
            TensorElementType.Float64 => From<double>(tensor, type, data),
            TensorElementType.Int8 => From<sbyte>(tensor, type, data),
            TensorElementType.Int16 => From<short>(tensor, type, data),
            TensorElementType.Int32 => From<int>(tensor, type, data),
            TensorElementType.Int64 => From<long>(tensor, type, data),
            TensorElementType.UInt8 or TensorElementType.Bool => From<byte>(tensor, type, data),
            TensorElementType.UInt16 => From<ushort>(tensor, type, data),
            TensorElementType.UInt32 => From<uint>(tensor, type, data),
            TensorElementType.UInt64 => From<ulong>(tensor, type, data),
            _ => throw new ArgumentOutOfRangeException(nameof(tensor)),
        };
        if (lost >= 0)
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"{name}: is {TensorNames.Name(tensor.ElementType)} where the model takes {TensorNames.Name(type)}, " +
                $"and its element {lost} = {tensor.ToDouble(lost):R} does not exist there"));
        return new NumericTensor(type, tensor.Dimensions.ToArray(), data);
    }

    /// <returns>Index of the first element that is lost, or -1.</returns>
    private static int From<TFrom>(NumericTensor tensor, TensorElementType type, byte[] data)
        where TFrom : unmanaged, INumber<TFrom>
    {
        ReadOnlySpan<TFrom> source = MemoryMarshal.Cast<byte, TFrom>(tensor.Data);
        return type switch
        {
            TensorElementType.Float32 => Copy<TFrom, float>(source, data, tensor.IsFloat),
            TensorElementType.Float64 => Copy<TFrom, double>(source, data, tensor.IsFloat),
            TensorElementType.Int8 => Copy<TFrom, sbyte>(source, data),
            TensorElementType.Int16 => Copy<TFrom, short>(source, data),
            TensorElementType.Int32 => Copy<TFrom, int>(source, data),
            TensorElementType.Int64 => Copy<TFrom, long>(source, data),
            TensorElementType.UInt8 => Copy<TFrom, byte>(source, data),
            TensorElementType.UInt16 => Copy<TFrom, ushort>(source, data),
            TensorElementType.UInt32 => Copy<TFrom, uint>(source, data),
            TensorElementType.UInt64 => Copy<TFrom, ulong>(source, data),
            TensorElementType.Bool => Copy<TFrom, byte>(source, data, maximum: 1),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }

    private static int Copy<TFrom, TTo>(ReadOnlySpan<TFrom> source, byte[] data, bool mayRound = false, byte maximum = 255)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        Span<TTo> target = MemoryMarshal.Cast<byte, TTo>(data.AsSpan());
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = TTo.CreateSaturating(source[i]);
            if (mayRound) continue;
            if (!Survives(source[i], target[i]) || (maximum < 255 && target[i] > TTo.CreateSaturating(maximum))) return i;
        }
        return -1;
    }

    /// <summary>Whether an integer keeps its value. 128 bits hold every candidate, so that no saturation can hide a difference.</summary>
    private static bool Survives<TFrom, TTo>(TFrom before, TTo after)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
        => TFrom.IsInteger(before) && Int128.CreateSaturating(before) == Int128.CreateSaturating(after);
}
