using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Benchmarks.Sparsity;

/// <summary>Sets the smallest weights of each layer to zero, the same share in each. Depthwise layers keep theirs: they are few, and most of the
/// accuracy goes with them. What is left of the accuracy is not asked here.</summary>
internal sealed class MagnitudePruner : GraphRewriter
{
    private readonly double _share;
    private readonly HashSet<Value> _weights;

    private MagnitudePruner(ModelGraph graph, double share)
        : base(graph)
    {
        _share = share;
        _weights = [.. graph.Nodes.Where(node => node.Operator is Convolution { Groups: 1 } or FullyConnected or MatrixMultiply or GeneralMatrixMultiply)
            .Select(node => node.Input(1))];
    }

    /// <summary>Prunes a graph as it was imported.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="share">Share of the weights that become zero.</param>
    public static ModelGraph Run(ModelGraph graph, double share) => share == 0 ? graph : new MagnitudePruner(graph, share).Rewrite();

    /// <inheritdoc/>
    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        // Weights of integers are dequantized constants here.
        bool isWeights = node.Operator is Dequantize && _weights.Contains(node.Output);
        int at = isWeights ? 0 : inputs.Length > 1 && _weights.Contains(node.Inputs[1]!) ? 1 : -1;
        if (at < 0 || inputs[at]!.Constant is not { } weights) return null;
        Value?[] pruned = [.. inputs];
        pruned[at] = new Value(inputs[at]!.Name, inputs[at]!.Type, Prune(weights));
        return Builder.Keep(node, pruned);
    }

    private Tensor Prune(Tensor weights)
    {
        int[] smallest = [.. Enumerable.Range(0, weights.Count).OrderBy(i => Math.Abs(weights.GetDouble(i))).Take((int)(_share * weights.Count))];
        byte[] bytes = weights.Bytes.ToArray();
        int size = bytes.Length / weights.Count;
        foreach (int i in smallest) bytes.AsSpan(i * size, size).Clear();
        return new Tensor(weights.Type, bytes);
    }
}
