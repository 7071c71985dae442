using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>Gradients of element-wise functions.</summary>
internal static class ElementGradients
{
    public static Value?[] Apply(Node node, Value dy, bool[] needed, GraphArithmetic ops)
    {
        switch (node.Operator)
        {
            case Unary { Function: UnaryFunction.Clip } clip:
                // Of the result, which lies within the bounds just when the operand does; then the clamp can be fused.
                return [ops.Apply(new ClampGradient(clip.Alpha, clip.Beta), node.Output, dy)];
            case Unary { Function: UnaryFunction.Identity }:
                return [dy];
            case Unary unary:
                return [ops.Multiply(dy, Derivative(node, unary, node.Input(0), node.Output, ops))];
            case Select:
                Value zero = ops.Constant(0);
                return
                [
                    null,
                    needed[1] ? ops.ReduceTo(ops.Apply(new Select(), node.Input(0), dy, zero), node.Input(1).Shape) : null,
                    needed[2] ? ops.ReduceTo(ops.Apply(new Select(), node.Input(0), zero, dy), node.Input(2).Shape) : null,
                ];
            default:
                return Binary(node, (Binary)node.Operator, dy, needed, ops);
        }
    }

    private static Value?[] Binary(Node node, Binary binary, Value dy, bool[] needed, GraphArithmetic ops)
    {
        if (!binary.Activation.IsNone) throw GradientRules.Unsupported(node);
        Value a = node.Input(0), b = node.Input(1);
        (Value? da, Value? db) = binary.Function switch
        {
            BinaryFunction.Add => (dy, dy),
            BinaryFunction.Subtract => (dy, needed[1] ? ops.Scale(dy, -1) : null),
            BinaryFunction.Multiply => (needed[0] ? ops.Multiply(dy, b) : null, needed[1] ? ops.Multiply(dy, a) : null),
            BinaryFunction.Divide => (needed[0] ? ops.Divide(dy, b) : null,
                needed[1] ? ops.Scale(ops.Divide(ops.Multiply(dy, node.Output), b), -1) : null),
            BinaryFunction.Maximum => Chosen(BinaryFunction.Greater, a, b, dy, ops),
            BinaryFunction.Minimum => Chosen(BinaryFunction.Less, a, b, dy, ops),
            _ => throw GradientRules.Unsupported(node),
        };
        return [needed[0] ? ops.ReduceTo(da!, a.Shape) : null, needed[1] ? ops.ReduceTo(db!, b.Shape) : null];
    }

    private static (Value, Value) Chosen(BinaryFunction comparison, Value a, Value b, Value dy, GraphArithmetic ops)
    {
        Value first = ops.Apply(new Binary(comparison), a, b), zero = ops.Constant(0);
        return (ops.Apply(new Select(), first, dy, zero), ops.Apply(new Select(), first, zero, dy));
    }

    private static Value Derivative(Node node, Unary unary, Value x, Value y, GraphArithmetic ops)
    {
        Value Square(Value value) => ops.Multiply(value, value);
        Value Between(float low, float high) => ops.Apply(new ClampGradient(low, high), x, ops.Add(ops.Scale(x, 0), ops.Constant(1)));
        return unary.Function switch
        {
            UnaryFunction.Negate => ops.Constant(-1),
            UnaryFunction.Abs => ops.Map(UnaryFunction.Sign, x),
            UnaryFunction.Exp => y,
            UnaryFunction.Log => ops.Map(UnaryFunction.Reciprocal, x),
            UnaryFunction.Sqrt => ops.Scale(ops.Map(UnaryFunction.Reciprocal, y), 0.5f),
            UnaryFunction.Reciprocal => ops.Scale(Square(y), -1),
            UnaryFunction.Tanh => ops.Plus(ops.Scale(Square(y), -1), 1),
            UnaryFunction.Sigmoid => ops.Subtract(y, Square(y)),
            UnaryFunction.Softplus => ops.Map(UnaryFunction.Sigmoid, x),
            UnaryFunction.HardSigmoid => ops.Scale(Between(-unary.Beta / unary.Alpha, (1 - unary.Beta) / unary.Alpha), unary.Alpha),
            UnaryFunction.LeakyRelu => ops.Plus(ops.Scale(Between(0, float.PositiveInfinity), 1 - unary.Alpha), unary.Alpha),
            UnaryFunction.Sin => ops.Map(UnaryFunction.Cos, x),
            UnaryFunction.Cos => ops.Scale(ops.Map(UnaryFunction.Sin, x), -1),
            UnaryFunction.HardSwish => HardSwish(x, Between(-3, 3), Between(3, float.PositiveInfinity), ops),
            UnaryFunction.Swish => Swish(unary, x, ops),
            _ => throw GradientRules.Unsupported(node),
        };
    }

    // x * min(max(x / 6 + 1 / 2, 0), 1): x / 3 + 1 / 2 between -3 and 3, 1 above.
    private static Value HardSwish(Value x, Value inside, Value above, GraphArithmetic ops) =>
        ops.Add(ops.Multiply(inside, ops.Plus(ops.Scale(x, 1 / 3f), 0.5f)), above);

    // x s(a x): s + a x s (1 - s).
    private static Value Swish(Unary unary, Value x, GraphArithmetic ops)
    {
        Value s = ops.Map(UnaryFunction.Sigmoid, ops.Scale(x, unary.Alpha));
        return ops.Add(s, ops.Multiply(ops.Scale(x, unary.Alpha), ops.Subtract(s, ops.Multiply(s, s))));
    }
}
