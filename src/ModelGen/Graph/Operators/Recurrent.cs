using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>
/// One direction of a recurrent layer over a whole sequence (ONNX RNN, GRU, LSTM; a bidirectional layer becomes two).
/// Operands: x [N, T, I], W [gates * H, I], R [gates * H, H], optional bias [2 * gates * H] (ONNX B), optional initial h [N, H],
/// optional initial c [N, H], optional peepholes [3 * H]. Results: sequence [N, T, H], last h [N, H], last c [N, H] (LSTM).
/// </summary>
/// <param name="Cell">Which cell.</param>
/// <param name="Hidden">Hidden size H.</param>
/// <param name="Reverse">Whether time runs backwards.</param>
/// <param name="Activations">Activation functions f, g, h of the ONNX operator, as many as the cell has.</param>
/// <param name="LinearBeforeReset">GRU: whether the reset gate is applied after the recurrent product.</param>
/// <param name="Clip">Bound of the cell input, or 0 for none.</param>
/// <param name="CoupleInputForget">LSTM: whether the forget gate is 1 - the input gate.</param>
public sealed record Recurrent(
    RecurrentCell Cell, int Hidden, bool Reverse, EquatableArray<RecurrentActivation> Activations, bool LinearBeforeReset, float Clip,
        bool CoupleInputForget)
    : Operator
{
    /// <summary>Number of gates: 1, 3 or 4.</summary>
    public int Gates => Cell switch { RecurrentCell.Lstm => 4, RecurrentCell.Gru => 3, _ => 1 };

    /// <summary>Whether the gates are the usual ones: sigmoid and hyperbolic tangent, not clipped, not coupled.</summary>
    public bool HasUsualGates => !CoupleInputForget && Clip <= 0 && Activations.Select(activation => activation.Function).SequenceEqual(Cell switch
    {
        RecurrentCell.Lstm => [UnaryFunction.Sigmoid, UnaryFunction.Tanh, UnaryFunction.Tanh],
        RecurrentCell.Gru => [UnaryFunction.Sigmoid, UnaryFunction.Tanh],
        _ => new[] { UnaryFunction.Tanh },
    });

    /// <inheritdoc/>
    public override string Kind => Cell switch { RecurrentCell.Lstm => "lstm", RecurrentCell.Gru => "gru", _ => "rnn" };

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape x = inputs[0]!.Shape, w = inputs[1]!.Shape, r = inputs[2]!.Shape;
        if (x.Rank != 3) throw Mismatch($"input {x}: a recurrent layer needs [batch, time, channels]");
        if (w.Rank != 2 || w[0] != Gates * Hidden || w[1] != x[2])
            throw Mismatch($"weights W {w} do not fit input {x} and {Hidden} hidden units");
        if (r.Rank != 2 || r[0] != Gates * Hidden || r[1] != Hidden) throw Mismatch($"weights R {r} do not fit {Hidden} hidden units");
        if (inputs.Count > 3 && inputs[3] is { } bias && bias.Shape.Count != 2 * Gates * Hidden)
            throw Mismatch($"bias {bias.Shape} does not fit {Hidden} hidden units");
        foreach (Value? state in inputs.Skip(4).Take(2))
            if (state is not null && !state.Shape.Equals(new Shape(x[0], Hidden)))
                throw Mismatch($"initial state {state.Shape} does not fit input {x} and {Hidden} hidden units");
        if (inputs.Count > 6 && inputs[6] is { } peepholes && peepholes.Shape.Count != 3 * Hidden)
            throw Mismatch($"peepholes {peepholes.Shape} do not fit {Hidden} hidden units");
        var sequence = new TensorType(ElementType.Float32, new Shape(x[0], x[1], Hidden));
        var last = new TensorType(ElementType.Float32, new Shape(x[0], Hidden));
        return Cell == RecurrentCell.Lstm ? [sequence, last, last] : [sequence, last];
    }
}
