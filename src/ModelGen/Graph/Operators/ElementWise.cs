using System;
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

/// <summary>A function of two broadcast operands.</summary>
/// <param name="Function">Which.</param>
public sealed record Binary(BinaryFunction Function) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Unary.SnakeCase(Function.ToString());

    /// <inheritdoc/>
    public override bool AcceptsActivation => Function is BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply or BinaryFunction.Divide;

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
            BinaryFunction.BitwiseAnd or BinaryFunction.BitwiseOr or BinaryFunction.BitwiseXor => !a.Element.IsFloat() && a.Element != ElementType.Bool,
            _ => a.Element != ElementType.Bool && b.Element != ElementType.Bool,
        };
        if (!fits) throw Mismatch($"{Kind} is not defined for {a.Type}");
        return [new TensorType(BinaryFunctions.IsComparison(Function) ? ElementType.Bool : a.Element, Shape.Broadcast(a.Shape, b.Shape))];
    }
}

/// <summary>Chooses between two operands by a boolean one (ONNX Where). Operands: condition, where true, where false; broadcast.</summary>
public sealed record Select : Operator
{
    /// <inheritdoc/>
    public override string Kind => "select";

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor condition = inputs[0]!.Constant!, a = inputs[1]!.Constant!, b = inputs[2]!.Constant!;
        TensorType type = InferTypes(inputs)[0];
        var writer = new TensorWriter(type);
        int[] c = Broadcasting.Indices(condition.Shape, type.Shape), left = Broadcasting.Indices(a.Shape, type.Shape), right = Broadcasting.Indices(b.Shape, type.Shape);
        for (int i = 0; i < c.Length; i++)
        {
            Tensor source = condition.GetLong(c[i]) != 0 ? a : b;
            int index = ReferenceEquals(source, a) ? left[i] : right[i];
            if (type.Element.IsFloat()) writer.Set(i, source.GetDouble(index));
            else writer.Set(i, source.GetLong(index));
        }

        return [writer.ToTensor()];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (inputs[0]!.Element != ElementType.Bool) throw Mismatch($"the condition {inputs[0]!.Type} is not boolean");
        if (inputs[1]!.Element != inputs[2]!.Element) throw Mismatch($"operands have different element types {inputs[1]!.Type} and {inputs[2]!.Type}");
        return [new TensorType(inputs[1]!.Element, Shape.Broadcast(inputs[0]!.Shape, Shape.Broadcast(inputs[1]!.Shape, inputs[2]!.Shape)))];
    }
}

/// <summary>Conversion to another element type (ONNX Cast).</summary>
/// <param name="Target">The type to convert to.</param>
public sealed record Cast(ElementType Target) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "cast";

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs) => [inputs[0]!.Constant!.Cast(Target)];

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [new TensorType(Target, inputs[0]!.Shape)];
}

/// <summary>Index arithmetic of broadcasting.</summary>
internal static class Broadcasting
{
    /// <summary>For each element of <paramref name="target"/> the index of the element of <paramref name="source"/> it reads.</summary>
    public static int[] Indices(Shape source, Shape target)
    {
        int[] strides = source.BroadcastStrides(target);
        var indices = new int[target.Count];
        var position = new int[target.Rank];
        int index = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = index;
            for (int axis = target.Rank - 1; axis >= 0; axis--)
            {
                index += strides[axis];
                if (++position[axis] < target[axis]) break;
                index -= strides[axis] * target[axis];
                position[axis] = 0;
            }
        }

        return indices;
    }
}
