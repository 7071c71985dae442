using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Repeats a tensor along axes of size 1 (ONNX Expand).</summary>
/// <param name="Target">Shape of the result.</param>
public sealed record Expand(Shape Target) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "expand";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs) =>
        [new CopyRegion(0, Target.ToArray(), 0, inputs[0]!.Shape.BroadcastStrides(Target), 0, Target.Strides())];

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (!Shape.Broadcast(inputs[0]!.Shape, Target).Equals(Target)) throw Mismatch($"{inputs[0]!.Shape} does not expand to {Target}");
        return [inputs[0]!.Type.WithShape(Target)];
    }
}
