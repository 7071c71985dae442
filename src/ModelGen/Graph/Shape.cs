using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;

namespace ModelGen.Graph;

/// <summary>Dimensions of a tensor, outermost first; all known when the model is compiled.</summary>
public sealed class Shape : IEquatable<Shape>
{
    private readonly int[] _dimensions;

    /// <summary>Creates a shape.</summary>
    /// <param name="dimensions">Dimensions, outermost first; each >= 0.</param>
    /// <exception cref="ModelException">A dimension is negative or the element count exceeds 2^31 - 1.</exception>
    public Shape(params int[] dimensions)
    {
        _dimensions = dimensions;
        long count = 1;
        foreach (int dimension in dimensions)
        {
            if (dimension < 0) throw new ModelException(ModelErrorIds.TypeMismatch, $"negative dimension {dimension}");
            count *= dimension;
            if (count > int.MaxValue)
                throw new ModelException(ModelErrorIds.TooLarge,
                $"a tensor of shape [{string.Join(", ", dimensions)}] has too many elements");
        }

        Count = (int)count;
    }

    /// <summary>Creates a shape from a sequence of dimensions.</summary>
    public Shape(IEnumerable<int> dimensions)
        : this(dimensions.ToArray())
    {
    }

    /// <summary>The shape without dimensions.</summary>
    public static Shape Scalar { get; } = new(Array.Empty<int>());

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>Number of elements; 1 for a scalar.</summary>
    public int Count { get; }

    /// <summary>The dimensions.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <summary>A dimension.</summary>
    public int this[int axis] => _dimensions[axis];

    /// <summary>Elements between neighbours along each axis in row-major order.</summary>
    public int[] Strides()
    {
        var strides = new int[Rank];
        int stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= _dimensions[axis];
        }

        return strides;
    }

    /// <summary>Product of the dimensions from <paramref name="begin"/> up to, not including, <paramref name="end"/>.</summary>
    public int Product(int begin, int end)
    {
        int product = 1;
        for (int axis = begin; axis < end; axis++) product *= _dimensions[axis];
        return product;
    }

    /// <summary>A copy of the dimensions.</summary>
    public int[] ToArray() => (int[])_dimensions.Clone();

    /// <summary>Turns an axis counted from the end into one counted from the start.</summary>
    /// <exception cref="ModelException">The axis is out of range.</exception>
    public int Axis(long axis) => Axis(axis, Rank);

    /// <summary>Turns an axis counted from the end into one counted from the start.</summary>
    /// <exception cref="ModelException">The axis is out of range.</exception>
    public static int Axis(long axis, int rank)
    {
        if (axis < -rank || axis >= rank)
            throw new ModelException(ModelErrorIds.TypeMismatch, $"axis {axis} is outside a tensor of rank {rank}");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    /// <summary>Multidirectional broadcasting (ONNX "Broadcasting in ONNX").</summary>
    /// <exception cref="ModelException">The shapes do not broadcast.</exception>
    public static Shape Broadcast(Shape left, Shape right)
    {
        var dimensions = new int[Math.Max(left.Rank, right.Rank)];
        for (int i = 1; i <= dimensions.Length; i++)
        {
            int a = i <= left.Rank ? left[left.Rank - i] : 1, b = i <= right.Rank ? right[right.Rank - i] : 1;
            if (a != b && a != 1 && b != 1)
                throw new ModelException(ModelErrorIds.TypeMismatch, $"shapes {left} and {right} do not broadcast");
            dimensions[dimensions.Length - i] = a == 1 ? b : a;
        }

        return new Shape(dimensions);
    }

    /// <summary>Strides with which a tensor of this shape is read when it is broadcast to <paramref name="target"/>: 0 along repeated
    /// axes.</summary>
    public int[] BroadcastStrides(Shape target)
    {
        var strides = new int[target.Rank];
        int[] own = Strides();
        for (int axis = 0; axis < Rank; axis++)
            if (_dimensions[axis] != 1) strides[target.Rank - Rank + axis] = own[axis];
        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = 17;
        foreach (int dimension in _dimensions) hash = unchecked(hash * 31 + dimension);
        return hash;
    }

    /// <summary>For example <c>[1, 3, 32, 32]</c>.</summary>
    public override string ToString() => "[" + string.Join(", ", _dimensions) + "]";
}
