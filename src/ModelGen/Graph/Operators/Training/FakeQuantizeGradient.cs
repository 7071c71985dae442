using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// Straight-through gradient of <see cref="FakeQuantize"/>: passes where x lies within the range, 0 outside (Bengio et al., "Estimating or
/// Propagating Gradients Through Stochastic Neurons", 2013). Operands: x, parameters [4], gradient of the result.
/// </summary>
public sealed record FakeQuantizeGradient : Operator
{
    /// <inheritdoc/>
    public override string Kind => "fake_quantize_gradient";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
