using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// The steps of a recurrent layer for training, which keep what the way back needs. Operands: input products with all biases that are added
/// to them [N, T, gates * H]; R [gates * H, H]; GRU that resets after the product: the bias of the recurrent product [gates * H], else absent.
/// The initial state is zero. Results: sequence [N, T, H]; gates after their functions [N, T, gates * H]; inner state [N, T, H]: the cell of
/// an LSTM, the recurrent product of the candidate of a GRU, nothing of use for RNN.
/// </summary>
/// <param name="Layer">The layer; the usual functions, no clipping, gates not coupled.</param>
public sealed record RecurrentForward(Recurrent Layer) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Layer.Kind + "_forward";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape p = inputs[0]!.Shape;
        var state = new TensorType(ElementType.Float32, new Shape(p[0], p[1], Layer.Hidden));
        return [state, new TensorType(ElementType.Float32, p), state];
    }
}
