using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Product of two computed matrices.</summary>
internal static class MatrixMultiplyLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        Value a = node.Input(0), b = node.Input(1);
        if (a.Element != ElementType.Float32 || b.Element != ElementType.Float32) throw context.Unsupported(node, $"operands {a.Type} and {b.Type}");
        int rows = a.Shape[a.Shape.Rank - 2], inner = a.Shape[a.Shape.Rank - 1], columns = b.Shape[b.Shape.Rank - 1];
        Shape batch = new(node.Output.Shape.Dimensions.Take(node.Output.Shape.Rank - 2));
        (int leftStride, ConstantTable? leftStarts) = Starts(a.Shape, batch, rows * inner, context);
        (int rightStride, ConstantTable? rightStarts) = Starts(b.Shape, batch, inner * columns, context);
        long macs = (long)batch.Count * rows * inner * columns;
        return new MatrixMultiplyKernel
        {
            Description = "dense over columns, float32",
            Rows = rows,
            Inner = inner,
            Columns = columns,
            Products = batch.Count,
            LeftStride = leftStride,
            RightStride = rightStride,
            LeftStarts = leftStarts,
            RightStarts = rightStarts,
            Offsets = context.RowOffsets(inner, columns),
            Zeros = context.Constants.Add(new float[columns]),
            LeftTable = a.Constant is null ? null : context.AddTensor(a.Constant),
            RightTable = b.Constant is null ? null : context.AddTensor(b.Constant),
            Activation = node.Operator.Activation,
            Cost = new LayerCost(0, 0, 0, macs, macs, 0),
        };
    }

    // Where the matrix of each product starts: mostly one after the other, or always the same; a table where broadcasting is partial.
    private static (int Stride, ConstantTable? Starts) Starts(Shape operand, Shape batch, int size, PlanContext context)
    {
        int[] indices = Broadcasting.Indices(new Shape(operand.Dimensions.Take(operand.Rank - 2)), batch);
        int step = indices.Length > 1 ? indices[1] : 0;
        bool isEven = indices.Select((index, i) => index == i * step).All(same => same);
        return isEven ? (step * size, null) : (0, context.Constants.Add(indices.Select(index => index * size).ToArray()));
    }
}
