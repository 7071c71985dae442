using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Product of two computed matrices.</summary>
internal static class MatrixMultiplyLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        if (node.Operator.Result is not null) return Integer(node, context);
        Value a = node.Input(0), b = node.Input(1);
        if (a.Element != ElementType.Float32 || b.Element != ElementType.Float32)
            throw context.Unsupported(node, $"operands {a.Type} and {b.Type}");
        int rows = a.Shape[a.Shape.Rank - 2], inner = a.Shape[a.Shape.Rank - 1], columns = b.Shape[b.Shape.Rank - 1];
        MatrixBatch batch = Batch(node, context);
        long macs = (long)batch.Products * rows * inner * columns;
        bool computes = StorageRules.Computes(context.StorageGoal, sizeof(int) * (long)(inner + columns));
        var tables = new LayerTables(context, 0);
        ConstantTable offsets = tables.Offsets(OffsetPattern.Rows(inner, columns), computes);
        ConstantTable zeros = tables.Floats(new float[columns], computes);
        return new MatrixMultiplyKernel
        {
            Description = "dense over columns, float32",
            Rows = rows,
            Inner = inner,
            Columns = columns,
            Batch = batch,
            Offsets = offsets,
            Zeros = zeros,
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            LeftTable = a.Constant is null ? null : context.AddTensor(a.Constant),
            RightTable = b.Constant is null ? null : context.AddTensor(b.Constant),
            Activation = node.Operator.Activation,
            Cost = LayerCost.None with { MultiplyAccumulates = macs, DenseMultiplyAccumulates = macs },
        };
    }

    private static IntegerMatrixMultiplyKernel Integer(Node node, PlanContext context)
    {
        Value a = node.Input(0), b = node.Input(1);
        Quantization left = a.Type.Quantization!, right = b.Type.Quantization!;
        int rows = a.Shape[a.Shape.Rank - 2], inner = a.Shape[a.Shape.Rank - 1], columns = b.Shape[b.Shape.Rank - 1],
            pairs = (inner + 1) / 2;
        MatrixBatch batch = Batch(node, context);
        Requantization requantization = Requantization.For(node.Operator,
            Requantization.ProductMultipliers(right, left, node.Operator.Result!.Quantization, rows));
        bool modern = context.Options.Profile == Profile.Modern;
        long scratch = modern ? sizeof(int) * ((long)rows * pairs + rows + (long)pairs * columns)
            : ConvolutionLowering.Align(inner * sizeof(short)) + (long)columns * sizeof(int);
        if (scratch > Limits.TensorBytes)
            throw Limits.TooLarge($"node \"{node.Name}\": packing {a.Type} and {b.Type} takes {Limits.Text(scratch)} bytes");
        long macs = (long)batch.Products * rows * inner * columns;
        var tables = new LayerTables(context, (int)scratch);
        bool computes = StorageRules.Computes(context.StorageGoal, sizeof(int) * (long)(inner + rows));
        ConstantTable offsets = tables.Offsets(OffsetPattern.Rows(modern ? pairs : inner, columns), computes);
        ConstantTable multipliers = tables.Floats(requantization.Multipliers, computes);
        return new IntegerMatrixMultiplyKernel
        {
            Description = $"dense over columns, {a.Element.ToString().ToLowerInvariant()} by {b.Element.ToString().ToLowerInvariant()}",
            Reason = "factors are packed when the model runs",
            Rows = rows,
            Inner = inner,
            Columns = columns,
            Batch = batch,
            Left = new ElementWiseOperand(a.Element, a.Shape, a.Constant is null ? null : context.AddTensor(a.Constant), null),
            Right = new ElementWiseOperand(b.Element, b.Shape, b.Constant is null ? null : context.AddTensor(b.Constant), null),
            LeftZeroPoint = left.ZeroPoints[0],
            RightZeroPoint = right.ZeroPoint,
            Offsets = offsets,
            Output = node.Operator.Result.Element,
            Requantization = requantization,
            Multipliers = multipliers,
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Cost = LayerCost.None with { MultiplyAccumulates = macs, DenseMultiplyAccumulates = macs },
        };
    }

    private static MatrixBatch Batch(Node node, PlanContext context)
    {
        Shape a = node.Input(0).Shape, b = node.Input(1).Shape;
        Shape batch = new(node.Output.Shape.Dimensions.Take(node.Output.Shape.Rank - 2));
        (int leftStride, ConstantTable? leftStarts) = Starts(a, batch, a[a.Rank - 2] * a[a.Rank - 1], context);
        (int rightStride, ConstantTable? rightStarts) = Starts(b, batch, b[b.Rank - 2] * b[b.Rank - 1], context);
        return new MatrixBatch(batch.Count, leftStride, rightStride, leftStarts, rightStarts);
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
