using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference;

/// <summary>Arithmetic on dimensions and row-major indices.</summary>
internal static class Shapes
{
    public static int Count(IEnumerable<int> dims) => dims.Aggregate(1, (product, d) => checked(product * d));

    public static int[] Strides(int[] dims)
    {
        int[] strides = new int[dims.Length];
        for (int i = dims.Length - 1, stride = 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= dims[i];
        }

        return strides;
    }

    public static int Axis(long axis, int rank)
    {
        long normal = axis < 0 ? axis + rank : axis;
        return normal >= 0 && normal <= rank ? (int)normal : throw new InvalidOperationException($"Axis {axis} is outside rank {rank}.");
    }

    /// <summary>All coordinates in row-major order. The same array is handed out again and again.</summary>
    public static IEnumerable<int[]> Coordinates(int[] dims)
    {
        int[] at = new int[dims.Length];
        int count = Count(dims);
        for (int n = 0; n < count; n++)
        {
            yield return at;
            for (int i = dims.Length - 1; i >= 0 && ++at[i] == dims[i]; i--) at[i] = 0;
        }
    }

    public static int Offset(int[] coordinates, int[] strides)
    {
        int offset = 0;
        for (int i = 0; i < coordinates.Length; i++) offset += coordinates[i] * strides[i];
        return offset;
    }

    /// <summary>Builds an index map from output coordinates to a source index (or -1).</summary>
    public static int[] Map(int[] dims, Func<int[], int> source)
    {
        int[] map = new int[Count(dims)];
        int n = 0;
        foreach (int[] at in Coordinates(dims)) map[n++] = source(at);
        return map;
    }

    /// <summary>Multidirectional broadcasting of the ONNX specification (numpy's rules).</summary>
    public static int[] Broadcast(params int[][] shapes)
    {
        int rank = shapes.Max(s => s.Length);
        int[] result = Enumerable.Repeat(1, rank).ToArray();
        foreach (int[] shape in shapes)
        {
            for (int i = 0; i < shape.Length; i++)
            {
                int at = rank - shape.Length + i;
                if (shape[i] == 1) continue;
                if (result[at] != 1 && result[at] != shape[i]) throw new InvalidOperationException("Shapes do not broadcast.");
                result[at] = shape[i];
            }
        }

        return result;
    }

    /// <summary>Repeats a value along the axes where it has length 1 (or which it lacks).</summary>
    public static ReferenceTensor Expand(ReferenceTensor value, int[] dims)
    {
        if (value.Dims.SequenceEqual(dims)) return value;
        int[] strides = Strides(value.Dims);
        int lead = dims.Length - value.Rank;
        return value.Select(dims, Map(dims, at =>
        {
            int offset = 0;
            for (int i = 0; i < strides.Length; i++) offset += value.Dims[i] == 1 ? 0 : at[lead + i] * strides[i];
            return offset;
        }));
    }

    /// <summary>Splits dimensions at an axis into (product before, length, product after).</summary>
    public static (int Outer, int Length, int Inner) Around(int[] dims, int axis)
        => (Count(dims[..axis]), dims[axis], Count(dims[(axis + 1)..]));
}
