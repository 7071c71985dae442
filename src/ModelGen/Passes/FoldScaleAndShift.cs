using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// A constant factor or summand a channel after a convolution or fully connected layer becomes part of its weights and bias. Batch
/// normalization is imported as such a factor and summand.
/// </summary>
internal sealed class FoldScaleAndShift : GraphRewriter
{
    private FoldScaleAndShift(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new FoldScaleAndShift(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (node.Operator is not Binary { Function: BinaryFunction.Multiply or BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Divide } binary) return null;
        int constantIndex = inputs[1]!.Constant is not null ? 1 : inputs[0]!.Constant is not null ? 0 : -1;
        bool needsOrder = binary.Function is BinaryFunction.Subtract or BinaryFunction.Divide;
        if (constantIndex < 0 || (needsOrder && constantIndex == 0) || !HasSingleUse(node.Input(1 - constantIndex))) return null;
        if (!Producers.TryGetValue(inputs[1 - constantIndex]!, out Node? layer) || layer.Operator is not (Convolution or FullyConnected))
            return null;
        if (layer.Operator.Result is not null || !layer.Operator.Activation.IsNone
            || layer.Input(1).Constant is not { Element: ElementType.Float32 } weights) return null;
        if (layer.OptionalInput(2) is { Constant: null } || !node.Output.Shape.Equals(layer.Output.Shape)) return null;

        int channelAxis = layer.Operator is Convolution ? 1 : layer.Output.Shape.Rank - 1;
        float[]? values = PerChannel(inputs[constantIndex]!, layer.Output.Shape, channelAxis);
        if (values is null) return null;

        int channels = weights.Shape[0], size = weights.Count / Math.Max(1, channels);
        float[] w = weights.ToFloats(), b = layer.OptionalInput(2)?.Constant!.ToFloats() ?? new float[channels];
        for (int c = 0; c < channels; c++)
        {
            switch (binary.Function)
            {
                case BinaryFunction.Add: b[c] += values[c]; break;
                case BinaryFunction.Subtract: b[c] -= values[c]; break;
                default:
                    double factor = binary.Function == BinaryFunction.Multiply ? values[c] : 1.0 / values[c];
                    b[c] = (float)(b[c] * factor);
                    for (int i = c * size; i < (c + 1) * size; i++) w[i] = (float)(w[i] * factor);
                    break;
            }
        }

        Value newWeights = GraphBuilder.Constant(layer.Input(1).Name, Tensor.Floats(weights.Shape, w));
        Value newBias = GraphBuilder.Constant(layer.OptionalInput(2)?.Name ?? layer.Name + "/bias", Tensor.Floats(new Shape(channels), b));
        Operator fused = layer.Operator with { Activation = binary.Activation };
        return Builder.Add(fused, layer.Name, [layer.Input(0), newWeights, newBias], [node.Output.Name]);
    }

    /// <summary>The value for each channel, or <see langword="null"/> when the constant varies along another axis.</summary>
    private static float[]? PerChannel(Value constant, Shape output, int channelAxis)
    {
        float[] values = constant.Constant!.ToFloats();
        if (values.Length == 1) return Enumerable.Repeat(values[0], output[channelAxis]).ToArray();
        int axis = channelAxis - (output.Rank - constant.Shape.Rank);
        return axis >= 0 && axis < constant.Shape.Rank && constant.Shape[axis] == values.Length && values.Length == output[channelAxis]
            ? values : null;
    }
}
