using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace ModelGen.Graph;

/// <summary>A constant: type and row-major little-endian elements. Never changed after construction.</summary>
public sealed class Tensor
{
    private readonly byte[] _bytes;

    /// <summary>Wraps the bytes of a constant.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="bytes">Exactly <see cref="TensorType.Bytes"/> bytes, not changed afterwards.</param>
    public Tensor(TensorType type, byte[] bytes)
    {
        if (bytes.Length != type.Bytes) throw new ArgumentException($"{bytes.Length} bytes for {type}", nameof(bytes));
        Type = type;
        _bytes = bytes;
    }

    /// <summary>Type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>Element type.</summary>
    public ElementType Element => Type.Element;

    /// <summary>Dimensions.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The integers that the elements were dequantized from, where that is known; lets layers store those.</summary>
    internal QuantizedSource? Source { get; init; }

    /// <summary>Number of elements.</summary>
    public int Count => Type.Shape.Count;

    /// <summary>The elements as bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The elements, when <typeparamref name="T"/> is the C# type of <see cref="Element"/>.</summary>
    public ReadOnlySpan<T> As<T>()
        where T : struct => MemoryMarshal.Cast<byte, T>(_bytes);

    /// <summary>A constant of the elements of an array.</summary>
    public static Tensor From<T>(ElementType element, Shape shape, T[] values)
        where T : struct => new(new TensorType(element, shape), MemoryMarshal.AsBytes<T>(values).ToArray());

    /// <summary>A float32 constant.</summary>
    public static Tensor Floats(Shape shape, float[] values) => From(ElementType.Float32, shape, values);

    /// <summary>An int64 vector, as shape arithmetic uses them.</summary>
    public static Tensor Longs(params long[] values) => From(ElementType.Int64, new Shape(values.Length), values);

    /// <summary>The same elements in another shape of equal count.</summary>
    public Tensor Reshaped(Shape shape) => new(Type.WithShape(shape), _bytes);

    /// <summary>Some entries of an axis, with their part of the quantization.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="entries">Indices of the entries.</param>
    public Tensor Select(int axis, IReadOnlyList<int> entries)
    {
        int[] shape = Shape.ToArray();
        int outer = Shape.Product(0, axis), inner = Shape.Product(axis + 1, Shape.Rank) * Element.Size(), size = shape[axis];
        shape[axis] = entries.Count;
        var bytes = new byte[outer * entries.Count * inner];
        for (int i = 0; i < outer * entries.Count; i++)
        {
            int source = i / entries.Count * size + entries[i % entries.Count];
            Bytes.Slice(source * inner, inner).CopyTo(bytes.AsSpan(i * inner));
        }

        return new Tensor(new TensorType(Element, new Shape(shape), Type.Quantization?.Select(axis, entries)), bytes)
        {
            Source = Source is null ? null
                : new QuantizedSource(Source.Integers.Select(axis, entries), Source.Parameters.Select(axis, entries)),
        };
    }

    /// <summary>An element as a real number.</summary>
    public double GetDouble(int index) => Element switch
    {
        ElementType.Float32 => As<float>()[index],
        ElementType.Float64 => As<double>()[index],
        ElementType.UInt64 => As<ulong>()[index],
        _ => GetLong(index),
    };

    /// <summary>An element as an integer (64-bit unsigned values wrap).</summary>
    public long GetLong(int index) => Element switch
    {
        ElementType.Float32 => (long)As<float>()[index],
        ElementType.Float64 => (long)As<double>()[index],
        ElementType.Int8 => (sbyte)_bytes[index],
        ElementType.UInt8 or ElementType.Bool => _bytes[index],
        ElementType.Int16 => As<short>()[index],
        ElementType.UInt16 => As<ushort>()[index],
        ElementType.Int32 => As<int>()[index],
        ElementType.UInt32 => As<uint>()[index],
        ElementType.Int64 => As<long>()[index],
        ElementType.UInt64 => unchecked((long)As<ulong>()[index]),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>All elements as 64-bit integers.</summary>
    public long[] ToLongs()
    {
        var values = new long[Count];
        for (int i = 0; i < values.Length; i++) values[i] = GetLong(i);
        return values;
    }

    /// <summary>All elements as 32-bit floats.</summary>
    public float[] ToFloats()
    {
        if (Element == ElementType.Float32) return As<float>().ToArray();
        var values = new float[Count];
        for (int i = 0; i < values.Length; i++) values[i] = (float)GetDouble(i);
        return values;
    }

    /// <summary>
    /// A constant of another element type (ONNX Cast): integers wrap, real numbers are cut off towards zero. ONNX leaves open what becomes
    /// of those out of range; here it is what C# does as of .NET 9, on whatever machine the model is compiled.
    /// </summary>
    public Tensor Cast(ElementType element)
    {
        if (element == Element) return this;
        var writer = new TensorWriter(new TensorType(element, Shape));
        for (int i = 0; i < Count; i++)
        {
            if (Element.IsFloat() || (Element == ElementType.UInt64 && element.IsFloat())) writer.Set(i, GetDouble(i));
            else writer.Set(i, GetLong(i));
        }

        return writer.ToTensor();
    }
}
