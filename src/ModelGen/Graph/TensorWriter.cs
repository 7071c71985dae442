using System;
using System.Runtime.InteropServices;
using ModelGen.Compiler;

namespace ModelGen.Graph;

/// <summary>Fills a constant element by element.</summary>
public readonly struct TensorWriter
{
    private readonly byte[] _bytes;
    private readonly TensorType _type;

    /// <summary>Starts with zeros.</summary>
    public TensorWriter(TensorType type)
    {
        Limits.CheckConstant(type, "constant");
        _type = type;
        _bytes = new byte[type.Bytes];
    }

    /// <summary>Sets an element from a real number.</summary>
    public void Set(int index, double value)
    {
        switch (_type.Element)
        {
            case ElementType.Float32: Span<float>()[index] = (float)value; break;
            case ElementType.Float64: Span<double>()[index] = value; break;
            case ElementType.Bool: _bytes[index] = value != 0 ? (byte)1 : (byte)0; break;
            case ElementType.UInt64: Span<ulong>()[index] = value >= ulong.MaxValue ? ulong.MaxValue : value > 0 ? (ulong)value : 0; break;
            case ElementType.UInt32: Set(index, Truncate(value, 0, uint.MaxValue)); break;
            case ElementType.Int64: Set(index, Truncate(value, long.MinValue, long.MaxValue)); break;
            default: Set(index, Truncate(value, int.MinValue, int.MaxValue)); break;
        }
    }

    // Integers of 8 and 16 bits keep the low bits of 32.
    private static long Truncate(double value, long low, long high) =>
        double.IsNaN(value) ? 0 : value <= low ? low : value >= high ? high : (long)value;

    /// <summary>Sets an element from an integer.</summary>
    public void Set(int index, long value)
    {
        unchecked
        {
            switch (_type.Element)
            {
                case ElementType.Float32: Span<float>()[index] = value; break;
                case ElementType.Float64: Span<double>()[index] = value; break;
                case ElementType.Bool: _bytes[index] = value != 0 ? (byte)1 : (byte)0; break;
                case ElementType.Int8 or ElementType.UInt8: _bytes[index] = (byte)value; break;
                case ElementType.Int16 or ElementType.UInt16: Span<short>()[index] = (short)value; break;
                case ElementType.Int32 or ElementType.UInt32: Span<int>()[index] = (int)value; break;
                default: Span<long>()[index] = value; break;
            }
        }
    }

    /// <summary>The finished constant; the writer must not be used any more.</summary>
    public Tensor ToTensor() => new(_type, _bytes);

    private Span<T> Span<T>()
        where T : struct => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan());
}
