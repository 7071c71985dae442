using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Gemm and MatMul.</summary>
internal static class MatrixImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["Gemm"] = Gemm;
        importers["MatMul"] = MatMul;
    }

    /// <summary>Whether a value is constant, directly or through DequantizeLinear of a constant.</summary>
    public static bool IsWeight(NodeContext node, Value value) => value.Constant is not null || node.IsDequantizedConstant(value);

    private static void Gemm(NodeContext node)
    {
        Value a = node.Input(0), b = node.Input(1);
        Value? c = node.OptionalInput(2);
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2) throw node.Invalid($"has operands {a.Shape} and {b.Shape}; Gemm takes matrices");
        if (node.Int("transA", 0) != 0) a = node.Add(new Transpose(new([1, 0])), "transA", a);
        bool transposed = node.Int("transB", 0) != 0;

        // y = alpha * a * b + beta * c: factors are folded into constants and scales where there are some.
        bool isWeight = IsWeight(node, b), isConstant = c is not null && IsWeight(node, c);
        if (alpha != 1) b = Scaled(node, b, alpha);
        if (c is not null && beta != 1) c = beta == 0 ? null : node.Add(new Binary(BinaryFunction.Multiply), "beta", c, Scalar(beta));

        if (!isWeight)
        {
            if (transposed) b = node.Add(new Transpose(new([1, 0])), "transB", b);
            if (c is null) node.Result(new MatrixMultiply(), a, b);
            else node.Result(new Binary(BinaryFunction.Add), node.Add(new MatrixMultiply(), "product", a, b), c);
            return;
        }

        if (!transposed) b = node.Add(new Transpose(new([1, 0])), "transB", b);
        int columns = b.Shape[0];
        bool isBias = c is not null && isConstant && (c.Shape.Count == columns || c.Shape.Count == 1)
            && c.Shape.Product(0, System.Math.Max(0, c.Shape.Rank - 1)) == 1;
        if (c is null)
        {
            node.Result(new FullyConnected(), a, b);
        }
        else if (isBias)
        {
            if (c.Shape.Count != columns)
                c = node.Add(new Expand(new Shape(columns)), "bias", node.Add(new Reshape(new Shape(1)), "scalar", c));
            else if (c.Shape.Rank != 1) c = node.Add(new Reshape(new Shape(columns)), "bias", c);
            node.Result(new FullyConnected(), a, b, c);
        }
        else
        {
            node.Result(new Binary(BinaryFunction.Add), node.Add(new FullyConnected(), "product", a, b), c);
        }
    }

    private static void MatMul(NodeContext node)
    {
        Value a = node.Input(0), b = node.Input(1);
        if (a.Shape.Rank == 0 || b.Shape.Rank == 0) throw node.Invalid("has a scalar operand");
        if (b.Shape.Rank == 2 && IsWeight(node, b))
        {
            node.Result(new FullyConnected(), a, node.Add(new Transpose(new([1, 0])), "transposed", b));
            return;
        }

        if (a.Shape.Rank > 1 && b.Shape.Rank > 1) node.Result(new MatrixMultiply(), a, b);
        else node.Define(0, Product(node, a, b));
    }

    /// <summary>Product of computed operands: vectors become matrices for it and lose the added axis after it (numpy.matmul).</summary>
    public static Value Product(NodeContext node, Value a, Value b)
    {
        Shape left = a.Shape, right = b.Shape;
        if (left.Rank == 0 || right.Rank == 0) throw node.Invalid("has a scalar operand");
        if (left.Rank == 1) a = node.Add(new Reshape(new Shape(1, left[0])), "row", a);
        if (right.Rank == 1) b = node.Add(new Reshape(new Shape(right[0], 1)), "column", b);
        Value product = node.Add(new MatrixMultiply(), "product", a, b);
        if (left.Rank > 1 && right.Rank > 1) return product;
        List<int> shape = product.Shape.Dimensions.ToList();
        if (right.Rank == 1) shape.RemoveAt(shape.Count - 1);
        if (left.Rank == 1) shape.RemoveAt(shape.Count - (right.Rank == 1 ? 1 : 2));
        return node.Add(new Reshape(new Shape(shape)), "shaped", product);
    }

    // A factor of quantized numbers is one of their scales, so that they stay integers.
    private static Value Scaled(NodeContext node, Value value, float factor)
    {
        if (node.ProducerOf(value) is not { Operator: Dequantize dequantize } producer || !producer.Input(0).Element.IsByte())
            return node.Add(new Binary(BinaryFunction.Multiply), "alpha", value, Scalar(factor));
        float[] scales = dequantize.Parameters.Scales.Select(scale => scale * factor).ToArray();
        bool isFinite = scales.All(scale => scale != 0 && !float.IsNaN(scale) && !float.IsInfinity(scale));
        return isFinite
            ? node.Add(new Dequantize(dequantize.Parameters with { Scales = new(scales) }), "alpha", producer.Input(0))
            : node.Add(new Binary(BinaryFunction.Multiply), "alpha", value, Scalar(factor));
    }

    private static Value Scalar(float value) => GraphBuilder.Constant("factor", Tensor.Floats(Shape.Scalar, [value]));
}
