using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Constant, ConstantOfShape, Range, Shape, Size, Identity, Dropout, Cast, OneHot, EyeLike.</summary>
internal static class ConstantOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Constant"] = node => [Constant(node)];
        table["ConstantOfShape"] = node => [ConstantOfShape(node)];
        table["Range"] = node => [Range(node)];
        table["Shape"] = node => [ShapeOf(node)];
        table["Size"] = node => [ReferenceTensor.Integer(DataType.Int64, [], [node[0].Count])];
        table["Identity"] = node => [Copy(node[0])];
        table["Dropout"] = Dropout;
        table["Cast"] = node => [Cast(node[0], (DataType)node.Int("to", 0))];
        table["CastLike"] = node => [Cast(node[0], node[1].Type)];
        table["OneHot"] = node => [OneHot(node)];
    }

    /// <summary>The same value as an object of its own, so that marks on one name do not appear on another.</summary>
    private static ReferenceTensor Copy(ReferenceTensor x) => x.Reshape(x.Dims);

    private static ReferenceTensor Constant(OperatorContext node)
    {
        if (node.Find("value") is { } value) return TensorReader.Read(value.T);
        if (node.Find("sparse_value") is { } sparse) return TensorReader.Read(sparse.SparseTensor);
        if (node.Has("value_float")) return ReferenceTensor.Float([], [node.Float("value_float", 0)]);
        if (node.Has("value_int")) return ReferenceTensor.Integer(DataType.Int64, [], [node.Int("value_int", 0)]);
        if (node.Floats("value_floats") is { } floats) return ReferenceTensor.Float([floats.Length], floats);
        if (node.Ints("value_ints") is { } ints) return ReferenceTensor.Int64(ints);
        throw node.NotSupported("a constant of strings");
    }

    private static ReferenceTensor ConstantOfShape(OperatorContext node)
    {
        int[] dims = node[0].Integers.Select(d => checked((int)d)).ToArray();
        AttributeProto? value = node.Find("value");
        ReferenceTensor one = value == null ? ReferenceTensor.Float([1], [0]) : TensorReader.Read(value.T);
        return one.Select(dims, new int[Shapes.Count(dims)]);
    }

    private static ReferenceTensor Range(OperatorContext node)
    {
        double start = node[0].AsDoubles()[0];
        double step = node[2].AsDoubles()[0];
        int count = (int)Math.Max(0, Math.Ceiling((node[1].AsDoubles()[0] - start) / step));
        double[] values = Enumerable.Range(0, count).Select(i => start + i * step).ToArray();
        return node[0].IsFloat
            ? ReferenceTensor.Float([count], values, node[0].Type)
            : ReferenceTensor.Integer(node[0].Type, [count], Array.ConvertAll(values, v => (long)v));
    }

    private static ReferenceTensor ShapeOf(OperatorContext node)
    {
        int rank = node[0].Rank;
        int start = Bound(node.Int("start", 0));
        int end = Bound(node.Int("end", rank));
        return ReferenceTensor.Int64(Enumerable.Range(start, Math.Max(0, end - start)).Select(i => (long)node[0].Dims[i]).ToArray());

        int Bound(long value) => (int)Math.Clamp(value < 0 ? value + rank : value, 0, rank);
    }

    private static ReferenceTensor[] Dropout(OperatorContext node)
    {
        bool training = node.Optional(2)?.Integers[0] is 1;
        if (training && (node.Optional(1)?.Floats[0] ?? 0.5) != 0) throw node.NotSupported("training mode");
        ReferenceTensor mask = ReferenceTensor.Bool(node[0].Dims, Enumerable.Repeat(true, node[0].Count).ToArray());
        return [Copy(node[0]), mask];
    }

    private static ReferenceTensor Cast(ReferenceTensor x, DataType to)
    {
        if (x.Type == DataType.String || to == DataType.String)
            throw new NotSupportedException("Strings are not supported by the reference.");
        if (x.Type == to) return Copy(x);
        if (to.IsFloat()) return ReferenceTensor.Float(x.Dims, Array.ConvertAll(x.AsDoubles(), v => to.Round(v)), to);
        if (to == DataType.Bool) return ReferenceTensor.Bool(x.Dims, Array.ConvertAll(x.AsDoubles(), v => v != 0));
        long[] integers = x.IsFloat ? Array.ConvertAll(x.Floats, v => (long)v) : x.Integers;
        return ReferenceTensor.Integer(to, x.Dims, Array.ConvertAll(integers, v => to.Wrap(v)));
    }

    private static ReferenceTensor OneHot(OperatorContext node)
    {
        ReferenceTensor indices = node[0];
        int depth = (int)node[1].AsDoubles()[0];
        int axis = Shapes.Axis(node.Int("axis", -1), indices.Rank + 1);
        int[] dims = [.. indices.Dims[..axis], depth, .. indices.Dims[axis..]];
        int[] strides = Shapes.Strides(indices.Dims);
        double[] index = indices.AsDoubles();
        // The third input holds the values for "off" and "on".
        return node[2].Select(dims, Shapes.Map(dims, at =>
        {
            int[] where = [.. at[..axis], .. at[(axis + 1)..]];
            double i = index[Shapes.Offset(where, strides)];
            return (i < 0 ? i + depth : i) == at[axis] ? 1 : 0;
        }));
    }
}
