using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// What the input of a <see cref="Pooling"/> contributes to a loss: a maximum passes the gradient to the first element that attains it, an
/// average spreads it. Operands: input [N, C, spatial...], gradient of the output. Result: gradient of the input.
/// </summary>
/// <param name="Forward">The pooling.</param>
public sealed record PoolingGradient(Pooling Forward) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Forward.Kind + "_gradient";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
