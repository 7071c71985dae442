using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

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
        int[] c = Broadcasting.Indices(condition.Shape, type.Shape), left = Broadcasting.Indices(a.Shape, type.Shape),
            right = Broadcasting.Indices(b.Shape, type.Shape);
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
        if (inputs[1]!.Element != inputs[2]!.Element)
            throw Mismatch($"operands have different element types {inputs[1]!.Type} and {inputs[2]!.Type}");
        return [new TensorType(inputs[1]!.Element, Shape.Broadcast(inputs[0]!.Shape, Shape.Broadcast(inputs[1]!.Shape, inputs[2]!.Shape)))];
    }
}
