using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Adds elements of a constant around a tensor (ONNX Pad, mode constant); negative amounts cut.</summary>
/// <param name="Begin">Elements before each axis.</param>
/// <param name="End">Elements after each axis.</param>
/// <param name="Value">The constant.</param>
public sealed record Pad(EquatableArray<int> Begin, EquatableArray<int> End, double Value) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "pad";

    /// <inheritdoc/>
    public override double Fill => Value;

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        Shape from = inputs[0]!.Shape, to = InferTypes(inputs)[0].Shape;
        int[] fromStrides = from.Strides(), toStrides = to.Strides(), sizes = new int[from.Rank];
        int fromOffset = 0, toOffset = 0;
        for (int axis = 0; axis < from.Rank; axis++)
        {
            int skip = Math.Max(0, -Begin[axis]), place = Math.Max(0, Begin[axis]);
            fromOffset += skip * fromStrides[axis];
            toOffset += place * toStrides[axis];
            sizes[axis] = Math.Max(0, Math.Min(from[axis] - skip, to[axis] - place));
        }

        return [new CopyRegion(0, sizes, fromOffset, fromStrides, toOffset, toStrides)];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Graph.Value?> inputs)
    {
        Shape x = inputs[0]!.Shape;
        if (Begin.Count != x.Rank || End.Count != x.Rank) throw Mismatch($"pads do not fit {x}");
        return [inputs[0]!.Type.WithShape(new Shape(x.Dimensions.Select((size, axis) => checked(size + Begin[axis] + End[axis]))))];
    }
}
