using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// Passes a gradient where the operand of a clamp (or its result) lies strictly within its bounds (Relu: 0 at x = 0). Operands: operand or result of the
/// clamp, gradient of its result.
/// </summary>
/// <param name="Low">Lower bound.</param>
/// <param name="High">Upper bound.</param>
public sealed record ClampGradient(float Low, float High) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "clamp_gradient";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
