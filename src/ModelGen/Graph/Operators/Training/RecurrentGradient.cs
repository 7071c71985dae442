using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// Backpropagation through time of <see cref="RecurrentForward"/>. Operands: gradient of the sequence [N, T, H] or absent; gradient of the
/// last state [N, H] or absent; R; sequence; gates; inner state. Results: gradients of the input products and of the recurrent products
/// before the gates' functions [N, T, gates * H] each (they differ for a GRU only).
/// </summary>
/// <param name="Layer">The layer.</param>
public sealed record RecurrentGradient(Recurrent Layer) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Layer.Kind + "_gradient";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) =>
        Layer.Cell == RecurrentCell.Gru ? [inputs[4]!.Type, inputs[4]!.Type] : [inputs[4]!.Type];
}
