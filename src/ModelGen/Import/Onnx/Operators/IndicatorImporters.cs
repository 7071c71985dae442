using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Operators that mark elements by their position or index, made of comparisons with constants: OneHot, Hardmax, Trilu,
/// EyeLike.</summary>
internal static class IndicatorImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["OneHot"] = OneHot;
        importers["Hardmax"] = Hardmax;
        importers["Trilu"] = Trilu;
        importers["EyeLike"] = EyeLike;
    }

    private static void OneHot(NodeContext node)
    {
        Value indices = node.Input(0), values = node.Input(2);
        long depth = node.Constant(1, "depth").ToLongs().First();
        if (depth is < 1 or > int.MaxValue || values.Shape.Count != 2) throw node.Invalid($"has depth {depth} and values {values.Shape}");
        int rank = indices.Shape.Rank + 1, axis = Shape.Axis(node.Int("axis", -1), rank);
        if (indices.Element != ElementType.Int64) indices = node.Add(new Cast(ElementType.Int64), "integers", indices);

        // Indices count from the end when negative; those outside the depth match nothing.
        Value isNegative = node.Add(new Binary(BinaryFunction.Less), "isNegative", indices, Long(0));
        Value fromEnd = node.Add(new Binary(BinaryFunction.Add), "fromEnd", indices, Long(depth));
        Value index = node.Add(new Select(), "index", isNegative, fromEnd, indices);
        List<int> shape = indices.Shape.Dimensions.ToList();
        shape.Insert(axis, 1);
        Value isHot = node.Add(new Binary(BinaryFunction.Equal), "isHot", node.Add(new Reshape(new Shape(shape)), "column", index),
            Positions((int)depth, axis, rank));
        node.Result(new Select(), isHot, Element(node, values, 1), Element(node, values, 0));
    }

    // 1 at the first of the largest elements. Before operator set 13 all axes from the given one on are taken together.
    private static void Hardmax(NodeContext node)
    {
        Value x = node.Input(0);
        bool together = node.Opset < 13;
        int axis = x.Shape.Axis(node.Int("axis", together ? 1 : -1));
        if (together)
        {
            Shape flat = new(x.Shape.Product(0, axis), x.Shape.Product(axis, x.Shape.Rank));
            Value rows = node.Add(new Reshape(flat), "rows", x);
            Value marked = Largest(node, rows, 1, (@operator, operand) => node.Add(@operator, "marked", operand));
            node.Result(new Reshape(x.Shape), marked);
            return;
        }

        Largest(node, x, axis, (@operator, operand) =>
        {
            node.Result(@operator, operand);
            return operand;
        });
    }

    private static Value Largest(NodeContext node, Value x, int axis, Func<Operator, Value, Value> finish)
    {
        Value largest = node.Add(new ArgumentReduction(axis, KeepDimensions: true, Smallest: false, Last: false), "largest", x);
        Value isLargest = node.Add(new Binary(BinaryFunction.Equal), "isLargest", largest, Positions(x.Shape[axis], axis, x.Shape.Rank));
        return finish(new Cast(x.Element), isLargest);
    }

    private static void Trilu(NodeContext node)
    {
        Value x = node.Input(0);
        if (x.Shape.Rank < 2) throw node.Invalid($"has input {x.Shape}");
        long diagonal = node.OptionalConstant(1, "k")?.ToLongs().FirstOrDefault() ?? 0;
        bool upper = node.Int("upper", 1) != 0;
        int rows = x.Shape[x.Shape.Rank - 2], columns = x.Shape[x.Shape.Rank - 1];
        Limits.CheckConstant(new TensorType(ElementType.Bool, new Shape(rows, columns)), node.Name);
        var kept = new byte[rows * columns];
        for (int i = 0; i < kept.Length; i++)
        {
            long distance = i % columns - i / columns;
            kept[i] = (upper ? distance >= diagonal : distance <= diagonal) ? (byte)1 : (byte)0;
        }

        Value mask = GraphBuilder.Constant("mask", Tensor.From(ElementType.Bool, new Shape(rows, columns), kept));
        Value zero = GraphBuilder.Constant("zero", new TensorWriter(new TensorType(x.Element, Shape.Scalar)).ToTensor());
        node.Result(new Select(), mask, x, zero);
    }

    private static void EyeLike(NodeContext node)
    {
        Value x = node.Input(0);
        if (x.Shape.Rank != 2) throw node.Invalid($"has input {x.Shape}");
        ElementType element = node.Int("dtype", 0) is var type and not 0
            ? TensorReader.ElementTypeOf(checked((int)type), "attribute \"dtype\"") : x.Element;
        var writer = new TensorWriter(new TensorType(element, x.Shape));
        for (int row = 0; row < x.Shape[0]; row++)
        {
            long column = row + node.Int("k", 0);
            if (column >= 0 && column < x.Shape[1]) writer.Set(row * x.Shape[1] + (int)column, 1L);
        }

        node.Define(0, GraphBuilder.Constant(node.OutputName(0), writer.ToTensor()));
    }

    private static Value Element(NodeContext node, Value values, int index) =>
        node.Add(new Reshape(Shape.Scalar), "value", node.Add(new Slice(new([index]), new([1]), new([1])), "value", values));

    private static Value Long(long value) => GraphBuilder.Constant("constant", Tensor.From(ElementType.Int64, Shape.Scalar, [value]));

    /// <summary>0, 1, 2, ... along one axis.</summary>
    private static Value Positions(int count, int axis, int rank)
    {
        int[] shape = Enumerable.Repeat(1, rank).ToArray();
        shape[axis] = count;
        Limits.CheckConstant(new TensorType(ElementType.Int64, new Shape(shape)), "positions");
        return GraphBuilder.Constant("positions",
            Tensor.From(ElementType.Int64, new Shape(shape), Enumerable.Range(0, count).Select(i => (long)i).ToArray()));
    }
}
