using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>Gradients of matrix products: <c>da = dy b^T</c>, <c>db = a^T dy</c>.</summary>
internal static class ProductGradients
{
    public static Value?[] Apply(Node node, Value dy, bool[] needed, GraphArithmetic ops)
    {
        Value a = node.Input(0), b = node.Input(1);
        Value Product(bool left, bool right, Value x, Value y) => ops.Apply(new GeneralMatrixMultiply(left, right), x, y);
        if (node.Operator is MatrixMultiply) return Batched(node, a, b, dy, needed, ops);
        return node.Operator switch
        {
            GeneralMatrixMultiply { TransposeRight: true } =>
                [needed[0] ? Product(false, false, dy, b) : null, needed[1] ? Product(true, false, dy, a) : null],
            GeneralMatrixMultiply { TransposeLeft: true } =>
                [needed[0] ? Product(false, true, b, dy) : null, needed[1] ? Product(false, false, a, dy) : null],
            _ => [needed[0] ? Product(false, true, dy, b) : null, needed[1] ? Product(true, false, a, dy) : null],
        };
    }

    private static Value?[] Batched(Node node, Value a, Value b, Value dy, bool[] needed, GraphArithmetic ops)
    {
        if (!node.Operator.Activation.IsNone) throw GradientRules.Unsupported(node);
        Value Turned(Value value)
        {
            int rank = value.Shape.Rank;
            return ops.Apply(new Transpose(new(Enumerable.Range(0, rank - 2).Append(rank - 1).Append(rank - 2))), value);
        }

        return
        [
            needed[0] ? ops.ReduceTo(ops.Apply(new MatrixMultiply(), dy, Turned(b)), a.Shape) : null,
            needed[1] ? ops.ReduceTo(ops.Apply(new MatrixMultiply(), Turned(a), dy), b.Shape) : null,
        ];
    }
}
