using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Operators whose result is known as soon as shapes are: Constant, ConstantOfShape, Shape, Size, Range.</summary>
internal static class ShapeImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["Constant"] = Constant;
        importers["ConstantOfShape"] = ConstantOfShape;
        importers["Shape"] = ShapeOf;
        importers["Size"] = node => Define(node, Tensor.From(ElementType.Int64, Shape.Scalar, [(long)node.Input(0).Shape.Count]));
        importers["Range"] = Range;
    }

    private static void Constant(NodeContext node)
    {
        if (node.Attribute("value") is { T: { } tensor }) Define(node, TensorReader.Read(tensor, $"constant \"{node.Name}\""));
        else if (node.Attribute("sparse_value") is { SparseTensor: { } sparse })
            Define(node, TensorReader.Read(sparse, $"constant \"{node.Name}\""));
        else if (node.Has("value_float")) Define(node, Tensor.Floats(Shape.Scalar, [node.Float("value_float", 0)]));
        else if (node.Floats("value_floats") is { } floats) Define(node, Tensor.Floats(new Shape(floats.Length), floats));
        else if (node.Has("value_int")) Define(node, Tensor.From(ElementType.Int64, Shape.Scalar, [node.Int("value_int", 0)]));
        else if (node.Ints("value_ints") is { } ints) Define(node, Tensor.Longs(ints));
        else throw node.Unsupported("only numeric constants are supported");
    }

    private static void ConstantOfShape(NodeContext node)
    {
        var shape = new Shape(node.Constant(0, "shape").ToLongs().Select(size => checked((int)size)));
        Tensor value = node.Attribute("value") is { T: { } tensor }
            ? TensorReader.Read(tensor, $"attribute \"value\" of \"{node.Name}\"")
            : Tensor.Floats(new Shape(1), [0]);
        if (value.Count != 1) throw node.Invalid("has a value that is not one element");
        var type = new TensorType(value.Element, shape);
        Limits.CheckConstant(type, node.Name);
        var bytes = new byte[type.Bytes];
        int size = value.Element.Size();
        for (int i = 0; i < shape.Count; i++) value.Bytes.CopyTo(bytes.AsSpan(i * size));
        Define(node, new Tensor(type, bytes));
    }

    private static void ShapeOf(NodeContext node)
    {
        Shape shape = node.Input(0).Shape;
        int rank = shape.Rank;
        int start = Bound(node.Int("start", 0), rank), end = Bound(node.Int("end", rank), rank);
        Define(node, Tensor.Longs(shape.Dimensions.Skip(start).Take(Math.Max(0, end - start)).Select(size => (long)size).ToArray()));
    }

    private static int Bound(long position, int rank) => (int)Math.Max(0, Math.Min(rank, position < 0 ? position + rank : position));

    private static void Range(NodeContext node)
    {
        Tensor start = node.Constant(0, "start"), limit = node.Constant(1, "limit"), delta = node.Constant(2, "delta");
        if (delta.GetDouble(0) == 0) throw node.Invalid("has a delta of 0");
        double count = Math.Ceiling((limit.GetDouble(0) - start.GetDouble(0)) / delta.GetDouble(0));
        if (!(count <= int.MaxValue)) throw node.Invalid("makes too many elements");
        var writer = new TensorWriter(new TensorType(start.Element, new Shape((int)Math.Max(0, count))));
        for (int i = 0; i < count; i++)
        {
            if (start.Element.IsFloat()) writer.Set(i, start.GetDouble(0) + i * delta.GetDouble(0));
            else writer.Set(i, start.GetLong(0) + i * delta.GetLong(0));
        }

        Define(node, writer.ToTensor());
    }

    private static void Define(NodeContext node, Tensor tensor) => node.Define(0, GraphBuilder.Constant(node.OutputName(0), tensor));
}
