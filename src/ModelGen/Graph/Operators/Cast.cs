using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

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
