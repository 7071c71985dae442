using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>
/// Gradients of a recurrent layer: backpropagation through time gives those of its products; the products themselves are matrix products
/// over all samples and steps at once.
/// </summary>
internal static class RecurrentGradients
{
    public static Value?[] Apply(Node node, RecurrentForward forward, Value dSequence, bool[] needed, GraphArithmetic ops)
    {
        Recurrent layer = forward.Layer;
        Value weights = node.Input(1), sequence = node.Outputs[0], gates = node.Outputs[1];
        int batch = gates.Shape[0], steps = gates.Shape[1], hidden = layer.Hidden, count = layer.Gates * hidden;
        bool isGru = layer.Cell == RecurrentCell.Gru;
        Value[] gradients = ops.ApplyMany(new RecurrentGradient(layer), isGru ? 2 : 1, dSequence, null, weights, sequence, gates,
            node.Outputs[2]);
        Value product = gradients[gradients.Length - 1];
        Value Rows(Value value) => ops.Reshape(value, new Shape(batch * steps, value.Shape[2]));
        Value? dWeights = null, dBias = null;
        if (needed[1])
        {
            Value before = Before(sequence, layer.Reverse, ops);
            if (isGru && !layer.LinearBeforeReset)
            {
                // The candidate's product sees the state through the reset gate.
                Value reset = Part(gates, hidden, hidden, ops);
                Value first = Times(Rows(Part(product, 0, 2 * hidden, ops)), Rows(before), ops);
                Value second = Times(Rows(Part(product, 2 * hidden, hidden, ops)), Rows(ops.Multiply(reset, before)), ops);
                dWeights = ops.Apply(new Concatenate(0), first, second);
            }
            else
            {
                dWeights = Times(Rows(product), Rows(before), ops);
            }
        }

        if (needed.Length > 2 && needed[2]) dBias = ops.Reshape(ops.Sum(Rows(product), 0), new Shape(count));
        return [gradients[0], dWeights, dBias];
    }

    private static Value Times(Value gradient, Value state, GraphArithmetic ops) =>
        ops.Apply(new GeneralMatrixMultiply(true, false), gradient, state);

    // The state that each step starts from: the sequence one step later, zeros first.
    private static Value Before(Value sequence, bool reverse, GraphArithmetic ops)
    {
        (int begin, int end) = reverse ? (-1, 1) : (1, -1);
        return ops.Apply(new Pad(new([0, begin, 0]), new([0, end, 0]), 0), sequence);
    }

    private static Value Part(Value gates, int start, int size, GraphArithmetic ops) => ops.Apply(
        new Slice(new([0, 0, start]), new(Enumerable.Repeat(1, 3)), new([gates.Shape[0], gates.Shape[1], size])), gates);
}
