using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>Short names for the operations that losses and gradients are made of.</summary>
internal sealed class GraphArithmetic
{
    private readonly string _prefix;
    private int _count;

    /// <summary>Adds to a graph that is being built.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="prefix">Start of the names of all results.</param>
    public GraphArithmetic(GraphBuilder builder, string prefix)
    {
        Builder = builder;
        _prefix = prefix;
    }

    public GraphBuilder Builder { get; }

    /// <summary>By weights, a tensor of their shape that is zero where their gradient is not wanted.</summary>
    public IReadOnlyDictionary<Value, Value> Wanted { get; init; } = new Dictionary<Value, Value>();

    public Value Apply(Operator @operator, params Value?[] inputs) => Builder.Add(@operator, Name(), inputs);

    public Value[] ApplyMany(Operator @operator, int results, params Value?[] inputs) =>
        Builder.Add(@operator, Name(), inputs, Enumerable.Range(0, results).Select(_ => Name()).ToArray());

    public Value Add(Value a, Value b) => Apply(new Binary(BinaryFunction.Add), a, b);

    public Value Subtract(Value a, Value b) => Apply(new Binary(BinaryFunction.Subtract), a, b);

    public Value Multiply(Value a, Value b) => Apply(new Binary(BinaryFunction.Multiply), a, b);

    public Value Divide(Value a, Value b) => Apply(new Binary(BinaryFunction.Divide), a, b);

    public Value Scale(Value a, float factor) => factor == 1 ? a : Multiply(a, Constant(factor));

    public Value Plus(Value a, float summand) => Add(a, Constant(summand));

    public Value Map(UnaryFunction function, Value a, float alpha = 0, float beta = 0) => Apply(new Unary(function, alpha, beta), a);

    public Value LogSoftmax(Value a) => Apply(new Softmax(a.Shape.Rank - 1, 1, true), a);

    public Value Sum(Value a, params int[] axes) => Apply(new Reduction(ReductionFunction.Sum, new(axes), false), a);

    public Value Reshape(Value a, Shape shape) => a.Shape.Equals(shape) ? a : Apply(new Reshape(shape), a);

    public Value Constant(float value) => GraphBuilder.Constant(Name(), Tensor.Floats(Shape.Scalar, [value]));

    /// <summary>Sums over the axes along which a tensor of a shape was repeated.</summary>
    public Value ReduceTo(Value a, Shape shape)
    {
        int extra = a.Shape.Rank - shape.Rank;
        int[] axes = Enumerable.Range(0, a.Shape.Rank).Where(axis =>
            axis < extra || (shape[axis - extra] == 1 && a.Shape[axis] != 1)).ToArray();
        return Reshape(axes.Length == 0 ? a : Sum(a, axes), shape);
    }

    private string Name() => FormattableString.Invariant($"{_prefix}:{_count++}");
}
