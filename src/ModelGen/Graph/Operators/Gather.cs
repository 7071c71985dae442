using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Picks slices along an axis by index (ONNX Gather). Operands: data, indices (int32 or int64; negative counts from the
/// end).</summary>
/// <param name="Axis">The axis, >= 0.</param>
public sealed record Gather(int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "gather";

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor data = inputs[0]!.Constant!, indices = inputs[1]!.Constant!;
        TensorType type = InferTypes(inputs)[0];
        int outer = data.Shape.Product(0, Axis), size = data.Shape[Axis];
        int inner = data.Shape.Product(Axis + 1, data.Shape.Rank) * data.Element.Size();
        var result = new byte[type.Bytes];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < indices.Count; i++)
            {
                long index = indices.GetLong(i);
                if (index < -size || index >= size) throw Mismatch($"index {index} is outside an axis of size {size}");
                int source = (int)(index < 0 ? index + size : index);
                data.Bytes.Slice((o * size + source) * inner, inner).CopyTo(result.AsSpan((o * indices.Count + i) * inner));
            }
        }

        return [new Tensor(type, result)];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape data = inputs[0]!.Shape, indices = inputs[1]!.Shape;
        return [inputs[0]!.Type.WithShape(new Shape(data.Dimensions.Take(Axis).Concat(indices.Dimensions).Concat(data.Dimensions.Skip(Axis
            + 1))))];
    }
}
