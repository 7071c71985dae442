using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Orders the outputs of sparse fully connected layers of integers by how many weights they have, and the weights of the layers that read
/// them. Kernels compute neighbouring outputs side by side, for as long as the one with most weights takes. Sums of integers are the same.
/// </summary>
internal sealed class OrderOutputs : GraphRewriter
{
    // Outputs that are computed side by side; fewer have no other neighbours.
    private const int Neighbours = 16;

    private const double MostDensity = 0.5;

    // For each value whose elements are in another order: where each was.
    private readonly Dictionary<Value, int[]> _orders = [];

    private OrderOutputs(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new OrderOutputs(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        int[]? before = node.Inputs.Count > 0 && node.Inputs[0] is { } x && _orders.TryGetValue(x, out int[]? found) ? found : null;
        int[]? order = Order(node);
        if (before is null && order is null) return null;
        Tensor weights = node.Input(1).Constant!;
        Tensor? bias = node.OptionalInput(2)?.Constant;
        if (before is not null) weights = weights.Select(1, before);
        if (order is not null)
        {
            weights = weights.Select(0, order);
            bias = bias?.Select(0, order);
            _orders[node.Output] = order;
        }

        return Builder.Add(node.Operator, node.Name,
            [inputs[0], GraphBuilder.Constant(node.Input(1).Name, weights), bias is null ? null : GraphBuilder.Constant(node.Input(2).Name, bias)],
            [node.Output.Name]);
    }

    private int[]? Order(Node node)
    {
        if (!IsLayer(node) || OutputValues.Contains(node.Output) || !ConsumersOf.TryGetValue(node.Output, out List<Node>? readers)) return null;
        if (!readers.TrueForAll(reader => IsLayer(reader) && reader.Input(0) == node.Output)) return null;
        Tensor weights = node.Input(1).Constant!;
        (int outputs, int inputs) = (weights.Shape[0], weights.Shape[1]);
        if (outputs <= Neighbours) return null;
        int[] counts = [.. Enumerable.Range(0, outputs).Select(output => Enumerable.Range(output * inputs, inputs).Count(i => weights.GetLong(i) != 0))];
        return counts.Sum(count => (long)count) > MostDensity * weights.Count ? null
            : [.. Enumerable.Range(0, outputs).OrderByDescending(output => counts[output]).ThenBy(output => output)];
    }

    // Integers: real numbers would be added in another order, with other last bits.
    private static bool IsLayer(Node node) => node.Operator is FullyConnected { Result: not null } && node.Input(1).Constant is not null
        && node.OptionalInput(2) is null or { Constant: not null };
}
