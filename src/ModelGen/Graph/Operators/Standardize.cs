using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// Subtracts the mean and divides by the standard deviation of each run of neighbouring elements: the core of ONNX InstanceNormalization,
/// LayerNormalization and GroupNormalization. Scale and bias are nodes of their own.
/// </summary>
/// <param name="Length">Elements normalised together; divides the element count.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record Standardize(int Length, float Epsilon) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "standardize";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
