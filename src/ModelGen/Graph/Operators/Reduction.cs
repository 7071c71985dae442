using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

#pragma warning restore CS1591

/// <summary>Reduces axes (ONNX Reduce..., global pooling).</summary>
/// <param name="Function">Which.</param>
/// <param name="Axes">The axes, >= 0, ascending.</param>
/// <param name="KeepDimensions">Whether reduced axes stay with size 1.</param>
public sealed record Reduction(ReductionFunction Function, EquatableArray<int> Axes, bool KeepDimensions) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "reduce_" + Unary.SnakeCase(Function.ToString());

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor x = inputs[0]!.Constant!;
        TensorType type = InferTypes(inputs)[0];
        int[] kept = x.Shape.Dimensions.Select((size, axis) => Axes.Contains(axis) ? 1 : size).ToArray();
        int[] target = Broadcasting.Indices(new Shape(kept), x.Shape);
        var groups = new List<int>[type.Shape.Count];
        for (int i = 0; i < x.Count; i++) (groups[target[i]] ??= []).Add(i);
        var writer = new TensorWriter(type);
        for (int i = 0; i < groups.Length; i++)
        {
            List<int> group = groups[i] ?? [];
            if (type.Element.IsFloat()) writer.Set(i, Reduce(group.ConvertAll(x.GetDouble)));
            else writer.Set(i, Reduce(group.ConvertAll(x.GetLong)));
        }

        return [writer.ToTensor()];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        TensorType x = inputs[0]!.Type;
        bool fits = Function switch
        {
            ReductionFunction.L2 or ReductionFunction.LogSum or ReductionFunction.LogSumExp => x.Element.IsFloat(),
            ReductionFunction.Maximum or ReductionFunction.Minimum => x.Element.IsFloat() || x.Element.IsByte()
                || x.Element is ElementType.Int32 or ElementType.Int64,
            _ => x.Element.IsFloat() || x.Element is ElementType.Int32 or ElementType.Int64 || Result is not null || x.Element.IsByte(),
        };
        if (!fits) throw Mismatch($"{Kind} is not defined for {x}");
        IEnumerable<int> shape = KeepDimensions
            ? x.Shape.Dimensions.Select((size, axis) => Axes.Contains(axis) ? 1 : size)
            : x.Shape.Dimensions.Where((_, axis) => !Axes.Contains(axis));
        return [x.WithShape(new Shape(shape))];
    }

    private double Reduce(List<double> values) => Function switch
    {
        ReductionFunction.Sum => values.Sum(),
        ReductionFunction.Mean => values.Sum() / values.Count,

        // Not Max and Min of Linq, which pass over NaN.
        ReductionFunction.Maximum => values.Aggregate(double.NegativeInfinity, Math.Max),
        ReductionFunction.Minimum => values.Aggregate(double.PositiveInfinity, Math.Min),
        ReductionFunction.Product => values.Aggregate(1.0, (a, b) => a * b),
        ReductionFunction.L1 => values.Sum(Math.Abs),
        ReductionFunction.L2 => Math.Sqrt(values.Sum(value => value * value)),
        ReductionFunction.LogSum => Math.Log(values.Sum()),
        ReductionFunction.LogSumExp => Math.Log(values.Sum(Math.Exp)),
        ReductionFunction.SumSquare => values.Sum(value => value * value),
        _ => throw new InvalidOperationException(),
    };

    private long Reduce(List<long> values) => unchecked(Function switch
    {
        ReductionFunction.Mean or ReductionFunction.Maximum or ReductionFunction.Minimum when values.Count == 0 =>
            throw Mismatch($"{Kind} of no elements"),
        ReductionFunction.Sum => values.Aggregate(0L, (a, b) => a + b),
        ReductionFunction.Mean => values.Aggregate(0L, (a, b) => a + b) / values.Count,
        ReductionFunction.Maximum => values.Max(),
        ReductionFunction.Minimum => values.Min(),
        ReductionFunction.Product => values.Aggregate(1L, (a, b) => a * b),
        ReductionFunction.L1 => values.Aggregate(0L, (a, b) => a + (b < 0 ? -b : b)),
        ReductionFunction.SumSquare => values.Aggregate(0L, (a, b) => a + b * b),
        _ => throw new InvalidOperationException(),
    });
}
