using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Cross-layer equalization of a whole network: wherever a layer's channels pass only through functions that a positive factor passes through as well
/// (ReLU, pooling) into one other layer, the ranges of both are made equal channel by channel. The network computes the same.
/// </summary>
internal static class Equalization
{
    private const int Rounds = 2;

    /// <summary>Equalizes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="parameters">Their parameters by name; changed in place.</param>
    public static void Apply(ModelGraph network, IReadOnlyList<WeightLayer> layers, IReadOnlyDictionary<string, TrainedParameter> parameters)
    {
        (Node First, Node Second, int Taps)[] pairs = [.. Pairs(network, layers)];
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((Node first, Node second, int taps) in pairs)
            {
                if (!parameters.TryGetValue(first.Input(1).Name, out TrainedParameter? weights) || !parameters.TryGetValue(second.Input(1).Name, out TrainedParameter? next))
                    continue;
                int groups = second.Operator is Convolution convolution ? convolution.Groups : 1;
                float[] factors = CrossLayerEqualization.Factors(weights.Values, weights.Rows, next.Values, next.Rows, taps, groups);
                CrossLayerEqualization.DivideRows(weights.Values, factors);
                if (first.OptionalInput(2) is { } bias) CrossLayerEqualization.DivideRows(parameters[bias.Name].Values, factors);
                CrossLayerEqualization.MultiplyColumns(next.Values, next.Rows, factors, taps, groups);
            }
        }
    }

    /// <summary>Layers in a row, with the elements of the second one's rows that belong to one channel of the first.</summary>
    public static IEnumerable<(Node First, Node Second, int Taps)> Pairs(ModelGraph network, IReadOnlyList<WeightLayer> layers)
    {
        Dictionary<Value, List<Node>> consumers = network.Consumers();
        HashSet<Value> outputs = [.. network.Outputs.Select(output => output.Value)];
        foreach (Node first in layers.Select(layer => layer.Node).Where(node => node.Operator is Convolution or FullyConnected))
        {
            // A matrix for several positions has its channels last, and a bias of another layer's cannot be scaled here.
            int channels = first.Input(1).Shape[0];
            if (!Passes(first.Operator) || (first.Operator is FullyConnected && first.Output.Shape.Count != channels)) continue;
            if (first.OptionalInput(2) is { Constant: null }) continue;
            Value value = first.Output;
            while (!outputs.Contains(value) && consumers.TryGetValue(value, out List<Node>? readers) && readers.Count == 1)
            {
                Node reader = readers[0];
                bool readsValue = ReferenceEquals(reader.Input(0), value) && reader.Inputs.Count(input => ReferenceEquals(input, value)) == 1;
                if (readsValue && reader.Operator is Convolution or FullyConnected && reader.Input(1).Constant is not null)
                {
                    int taps = reader.Operator is Convolution { Groups: var groups } ? reader.Input(1).Shape.Product(2, reader.Input(1).Shape.Rank)
                        : reader.Input(1).Shape[1] / channels;
                    bool fits = reader.Operator is Convolution ? reader.Input(0).Shape[1] == channels : reader.Input(1).Shape[1] == channels * taps;
                    if (fits && reader.Input(0).Shape[0] == 1) yield return (first, reader, taps);
                    break;
                }

                if (!readsValue || reader.Outputs.Count != 1 || !PassesFactors(reader, channels)) break;
                value = reader.Output;
            }
        }
    }

    private static bool Passes(Operator operation) => operation.Activation.IsNone || operation.Activation == Activation.Relu;

    private static bool PassesFactors(Node node, int channels)
    {
        Shape shape = node.Input(0).Shape;
        return Passes(node.Operator) && node.Operator switch
        {
            Unary { Function: UnaryFunction.Identity or UnaryFunction.LeakyRelu } => true,
            Unary { Function: UnaryFunction.Clip, Alpha: 0, Beta: float.PositiveInfinity } => true,
            Pooling => shape[1] == channels,
            Reduction { Function: ReductionFunction.Mean or ReductionFunction.Max } reduction => shape[1] == channels && !reduction.Axes.Contains(0) && !reduction.Axes.Contains(1),
            Reshape => shape.Rank > 1 && shape[0] == 1 && shape[1] == channels && node.Output.Shape.Rank == 2 && node.Output.Shape[0] == 1,
            _ => false,
        };
    }
}
