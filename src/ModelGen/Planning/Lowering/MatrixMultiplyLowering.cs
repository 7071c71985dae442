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
        int[] left = Broadcasting.Indices(new Shape(a.Shape.Dimensions.Take(a.Shape.Rank - 2)), batch);
        int[] right = Broadcasting.Indices(new Shape(b.Shape.Dimensions.Take(b.Shape.Rank - 2)), batch);
        long macs = (long)batch.Count * rows * inner * columns;
        return new MatrixMultiplyKernel
        {
            Description = "dense over columns, float32",
            Rows = rows,
            Inner = inner,
            Columns = columns,
            Batch = left.Zip(right, (l, r) => (l * rows * inner, r * inner * columns)).ToArray(),
            Offsets = context.RowOffsets(inner, columns),
            Zeros = context.Constants.Add(new float[columns]),
            LeftTable = a.Constant is null ? null : context.AddTensor(a.Constant),
            RightTable = b.Constant is null ? null : context.AddTensor(b.Constant),
            Activation = node.Operator.Activation,
            Cost = new LayerCost(0, 0, 0, macs, macs, 0),
        };
    }
}
