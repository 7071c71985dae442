using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Permutes axes (ONNX Transpose).</summary>
/// <param name="Permutation">For each axis of the result the axis of the operand.</param>
public sealed record Transpose(EquatableArray<int> Permutation) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "transpose";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        Shape result = InferTypes(inputs)[0].Shape;
        int[] strides = inputs[0]!.Shape.Strides();
        return [new CopyRegion(0, result.ToArray(), 0, Permutation.Select(axis => strides[axis]).ToArray(), 0, result.Strides())];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        TensorType x = inputs[0]!.Type;
        if (Permutation.Count != x.Shape.Rank || Permutation.Distinct().Count() != Permutation.Count
            || Permutation.Any(axis => axis < 0 || axis >= x.Shape.Rank))
            throw Mismatch($"perm [{string.Join(", ", Permutation)}] does not fit {x.Shape}");
        return [x.WithShape(new Shape(Permutation.Select(axis => x.Shape[axis])))];
    }
}
