using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>A function of one element.</summary>
/// <param name="Function">Which.</param>
/// <param name="Alpha">First parameter where the function has one.</param>
/// <param name="Beta">Second parameter where the function has one.</param>
public sealed record Unary(UnaryFunction Function, float Alpha = 0, float Beta = 0) : Operator
{
    /// <inheritdoc/>
    public override string Kind => SnakeCase(Function.ToString());

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor x = inputs[0]!.Constant!;
        var writer = new TensorWriter(InferTypes(inputs)[0]);
        for (int i = 0; i < x.Count; i++)
        {
            long? result = x.Element.IsFloat() ? null : UnaryFunctions.EvaluateInteger(Function, x.GetLong(i), x.Element);
            if (result is { } integer) writer.Set(i, integer);
            else writer.Set(i, UnaryFunctions.Evaluate(Function, x.GetDouble(i), Alpha, Beta));
        }

        return [writer.ToTensor()];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        TensorType x = inputs[0]!.Type;
        bool fits = Function switch
        {
            UnaryFunction.Identity => true,
            UnaryFunction.Not => x.Element == ElementType.Bool,
            UnaryFunction.IsNaN or UnaryFunction.IsInfinite => x.Element.IsFloat(),
            UnaryFunction.Negate => x.Element != ElementType.Bool && !x.Element.IsUnsigned(),
            UnaryFunction.Abs or UnaryFunction.Sign => x.Element != ElementType.Bool,
            _ => x.Element.IsFloat() || Result is not null,
        };
        if (!fits) throw Mismatch($"{Kind} is not defined for {x}");
        bool isCondition = Function is UnaryFunction.IsNaN or UnaryFunction.IsInfinite or UnaryFunction.Not;
        if (isCondition) return [new TensorType(ElementType.Bool, x.Shape)];
        return [x with { Quantization = Function == UnaryFunction.Identity ? x.Quantization : null }];
    }

    internal static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? "_" : "") + char.ToLowerInvariant(c)));
}
