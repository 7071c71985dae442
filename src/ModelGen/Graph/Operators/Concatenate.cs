using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Joins tensors along an axis (ONNX Concat).</summary>
/// <param name="Axis">The axis, >= 0.</param>
public sealed record Concatenate(int Axis) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "concatenate";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        int[] strides = InferTypes(inputs)[0].Shape.Strides();
        var regions = new List<CopyRegion>();
        int position = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            Shape shape = inputs[i]!.Shape;
            regions.Add(new CopyRegion(i, shape.ToArray(), 0, shape.Strides(), position * strides[Axis], strides));
            position += shape[Axis];
        }

        return regions;
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        int[] shape = inputs[0]!.Shape.ToArray();
        foreach (Value? input in inputs.Skip(1))
        {
            if (input!.Shape.Rank != shape.Length || (input.Element != inputs[0]!.Element && Result is null)
                || Enumerable.Range(0, shape.Length).Any(axis => axis != Axis && input.Shape[axis] != shape[axis]))
                throw Mismatch($"{inputs[0]!.Type} and {input.Type} cannot be joined along axis {Axis}");
            shape[Axis] = checked(shape[Axis] + input.Shape[Axis]);
        }

        return [inputs[0]!.Type.WithShape(new Shape(shape))];
    }
}
