using System;
using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// What the weights of a <see cref="Convolution"/> contribute to a loss, summed over the samples. Operands: input [N, C, spatial...],
/// gradient of the output [N, M, spatial...], optionally a tensor of the weights' shape that is zero where no gradient is wanted (the weight
/// is pruned). Result: gradient of the weights [M, C / groups, kernel...]; zero where it is not wanted, or right all the same.
/// </summary>
/// <param name="Window">Window of the convolution.</param>
/// <param name="Groups">Its groups.</param>
/// <param name="Target">Shape of its weights.</param>
public sealed record ConvolutionWeightGradient(Window Window, int Groups, Shape Target) : Operator
{
    /// <inheritdoc/>
    public override string Kind => FormattableString.Invariant($"conv{Window.Rank}d_weight_gradient");

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [new TensorType(ElementType.Float32, Target)];
}
