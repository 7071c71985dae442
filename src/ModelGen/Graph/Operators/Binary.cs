using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>A function of two broadcast operands.</summary>
/// <param name="Function">Which.</param>
public sealed record Binary(BinaryFunction Function) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Unary.SnakeCase(Function.ToString());

    /// <inheritdoc/>
    public override bool AcceptsActivation =>
        Function is BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply or BinaryFunction.Divide;

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor a = inputs[0]!.Constant!, b = inputs[1]!.Constant!;
        TensorType type = InferTypes(inputs)[0];
        var writer = new TensorWriter(type);
        int[] left = Broadcasting.Indices(a.Shape, type.Shape), right = Broadcasting.Indices(b.Shape, type.Shape);
        bool isReal = a.Element.IsFloat() || Function == BinaryFunction.Power;
        for (int i = 0; i < left.Length; i++)
        {
            if (isReal) writer.Set(i, BinaryFunctions.Evaluate(Function, a.GetDouble(left[i]), b.GetDouble(right[i])));
            else writer.Set(i, EvaluateIntegers(a.GetLong(left[i]), b.GetLong(right[i]), a.Element));
        }

        return [writer.ToTensor()];
    }

    private long EvaluateIntegers(long a, long b, ElementType element) => element == ElementType.UInt64
        ? unchecked((long)BinaryFunctions.Evaluate(Function, (ulong)a, (ulong)b))
        : BinaryFunctions.Evaluate(Function, a, b);

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Value a = inputs[0]!, b = inputs[1]!;
        if (a.Element != b.Element && Result is null && Function != BinaryFunction.Power)
            throw Mismatch($"operands have different element types {a.Type} and {b.Type}");
        bool fits = Function switch
        {
            BinaryFunction.Equal => true,
            BinaryFunction.And or BinaryFunction.Or or BinaryFunction.Xor => a.Element == ElementType.Bool,
            BinaryFunction.BitwiseAnd or BinaryFunction.BitwiseOr or BinaryFunction.BitwiseXor => !a.Element.IsFloat()
                && a.Element != ElementType.Bool,
            _ => a.Element != ElementType.Bool && b.Element != ElementType.Bool,
        };
        if (!fits) throw Mismatch($"{Kind} is not defined for {a.Type}");
        return [new TensorType(BinaryFunctions.IsComparison(Function) ? ElementType.Bool : a.Element, Shape.Broadcast(a.Shape, b.Shape))];
    }
}
