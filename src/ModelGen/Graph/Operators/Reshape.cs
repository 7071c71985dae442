using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>The same elements in another shape (ONNX Reshape, Flatten, Squeeze, Unsqueeze). Costs nothing: the result is the operand's
/// memory.</summary>
/// <param name="Target">The new shape.</param>
public sealed record Reshape(Shape Target) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "reshape";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs) => [inputs[0]!.Constant!.Reshaped(Target)];

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (Target.Count != inputs[0]!.Shape.Count) throw Mismatch($"{inputs[0]!.Shape} cannot become {Target}: different element counts");
        return [inputs[0]!.Type.WithShape(Target)];
    }
}
