using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>A plain copy, for an output that is also something else: an input, a constant, or another output.</summary>
public sealed record OutputCopy : Movement
{
    /// <inheritdoc/>
    public override string Kind => "copy";

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs) =>
        [new CopyRegion(0, [inputs[0]!.Shape.Count], 0, [1], 0, [1])];

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
