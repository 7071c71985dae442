using System;
using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// What the input of a <see cref="Convolution"/> contributes to a loss. Operands: gradient of the output [N, M, spatial...], weights
/// [M, C / groups, kernel...]. Result: gradient of the input [N, C, spatial...].
/// </summary>
/// <param name="Window">Window of the convolution.</param>
/// <param name="Groups">Its groups.</param>
/// <param name="Target">Shape of its input.</param>
public sealed record ConvolutionInputGradient(Window Window, int Groups, Shape Target) : Operator
{
    /// <inheritdoc/>
    public override string Kind => FormattableString.Invariant($"conv{Window.Rank}d_input_gradient");

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [new TensorType(ElementType.Float32, Target)];
}
