using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>A strided part of a tensor (ONNX Slice, one part of Split).</summary>
/// <param name="Starts">First index of each axis.</param>
/// <param name="Steps">Step along each axis; negative reverses.</param>
/// <param name="Sizes">Elements of the result along each axis.</param>
public sealed record Slice(EquatableArray<int> Starts, EquatableArray<int> Steps, EquatableArray<int> Sizes) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "slice";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        int[] strides = inputs[0]!.Shape.Strides();
        int offset = Starts.Select((start, axis) => start * strides[axis]).Sum();
        return [new CopyRegion(0, Sizes.ToArray(), offset, Steps.Select((step, axis) => step * strides[axis]).ToArray(), 0,
            new Shape(Sizes).Strides())];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape x = inputs[0]!.Shape;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (Sizes[axis] == 0) continue;
            int last = Starts[axis] + Steps[axis] * (Sizes[axis] - 1);
            if (Starts[axis] < 0 || Starts[axis] >= x[axis] || last < 0 || last >= x[axis])
                throw Mismatch($"the slice reaches outside {x}");
        }

        return [inputs[0]!.Type.WithShape(new Shape(Sizes))];
    }
}
