using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>The chain rule of each operator: from the gradients of results to those of operands.</summary>
internal static class GradientRules
{
    /// <summary>Adds the nodes of one operator's way back.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="results">Gradients of its results; at least one is there.</param>
    /// <param name="needed">For each operand whether its gradient is wanted.</param>
    /// <param name="ops">Adds nodes.</param>
    /// <returns>Gradients of the operands.</returns>
    /// <exception cref="ModelException">The operator has no rule.</exception>
    public static Value?[] Apply(Node node, Value?[] results, bool[] needed, GraphArithmetic ops)
    {
        Value dy = results[0] ?? results.First(result => result is not null)!;
        return node.Operator switch
        {
            GeneralMatrixMultiply or MatrixMultiply => ProductGradients.Apply(node, dy, needed, ops),
            Convolution convolution => Convolution(node, convolution, dy, needed, ops),
            Pooling pooling => [ops.Apply(new PoolingGradient(pooling), node.Input(0), dy)],
            RecurrentForward forward when results[1] is null && results[2] is null =>
                RecurrentGradients.Apply(node, forward, dy, needed, ops),
            FakeQuantize => [ops.Apply(new FakeQuantizeGradient(), node.Input(0), node.Input(1), dy), null],
            Unary or Binary or Select => ElementGradients.Apply(node, dy, needed, ops),
            Softmax softmax => [SoftmaxGradient(node, softmax, dy, ops)],
            Reduction reduction => [ReductionGradient(node, reduction, dy, ops)],
            Movement or Reshape => MovementGradients.Apply(node, dy, needed, ops),
            _ => throw Unsupported(node),
        };
    }

    /// <summary>The error of an operator, or a form of it, without a rule.</summary>
    public static ModelException Unsupported(Node node) =>
        new(ModelErrorIds.UnsupportedOperator, $"node \"{node.Name}\" ({node.Operator.Kind}): training does not know its gradient");

    private static Value?[] Convolution(Node node, Convolution convolution, Value dy, bool[] needed, GraphArithmetic ops)
    {
        Value x = node.Input(0), w = node.Input(1);
        int[] others = Enumerable.Range(0, dy.Shape.Rank).Where(axis => axis != 1).ToArray();
        return
        [
            needed[0] ? ops.Apply(new ConvolutionInputGradient(convolution.Window, convolution.Groups, x.Shape), dy, w) : null,
            needed[1] ? ops.Apply(new ConvolutionWeightGradient(convolution.Window, convolution.Groups, w.Shape), x, dy,
                ops.Wanted.TryGetValue(w, out Value? wanted) ? wanted : null) : null,
            needed.Length > 2 && needed[2] ? ops.Reshape(ops.Sum(dy, others), node.Input(2).Shape) : null,
        ];
    }

    private static Value SoftmaxGradient(Node node, Softmax softmax, Value dy, GraphArithmetic ops)
    {
        if (softmax.AxisCount != 1) throw Unsupported(node);
        Value SumOver(Value value) => ops.Apply(new Reduction(ReductionFunction.Sum, new([softmax.Axis]), true), value);
        if (softmax.Logarithm)
        {
            Value y = ops.Map(UnaryFunction.Exp, node.Output);
            return ops.Subtract(dy, ops.Multiply(y, SumOver(dy)));
        }

        return ops.Multiply(node.Output, ops.Subtract(dy, SumOver(ops.Multiply(dy, node.Output))));
    }

    private static Value ReductionGradient(Node node, Reduction reduction, Value dy, GraphArithmetic ops)
    {
        Shape x = node.Input(0).Shape;
        var kept = new Shape(x.Dimensions.Select((size, axis) => reduction.Axes.Contains(axis) ? 1 : size));
        int count = x.Count / System.Math.Max(1, kept.Count);
        Value spread = ops.Reshape(dy, kept);
        return reduction.Function switch
        {
            ReductionFunction.Sum => ops.Apply(new Expand(x), spread),
            ReductionFunction.Mean => ops.Apply(new Expand(x), ops.Scale(spread, 1f / count)),
            ReductionFunction.SumSquare => ops.Multiply(ops.Scale(node.Input(0), 2), spread),
            _ => throw Unsupported(node),
        };
    }
}
