using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning;

/// <summary>
/// Sums of a convolution and of what leads around it, as in residual blocks: the convolution adds the other operand, which is there before it runs, to its
/// result while that is in registers. The sum is the same to the bit. Only vectors gain.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="profile">What the code may use.</param>
internal sealed class ResidualSums(ModelGraph graph, Profile profile)
{
    private readonly Dictionary<Value, List<Node>> _consumers = graph.Consumers();
    private readonly HashSet<Value> _outputs = [.. graph.Outputs.Select(output => output.Value)];
    private readonly HashSet<Node> _fused = [];

    /// <summary>Whether a node is part of a layer before it.</summary>
    public bool IsFused(Node node) => _fused.Contains(node);

    /// <summary>The layer together with the sum that alone reads it, or <see langword="null"/>.</summary>
    /// <param name="layer">A layer.</param>
    /// <param name="kernel">Its kernel.</param>
    /// <param name="isThere">Whether a value is an input of the network or the result of a layer before this one.</param>
    public (Node Layer, Kernel Kernel)? TryFuse(Node layer, Kernel kernel, Func<Value, bool> isThere)
    {
        if (profile != Profile.Modern || kernel is not ConvolutionKernel { CanAddOperand: true } convolution
            || _outputs.Contains(layer.Output) || !_consumers.TryGetValue(layer.Output, out List<Node>? readers) || readers.Count != 1) return null;
        Node sum = readers[0];
        if (sum.Operator is not Binary { Function: BinaryFunction.Add, Result: null, Activation.IsNone: true }) return null;
        Value other = sum.Input(0) == layer.Output ? sum.Input(1) : sum.Input(0);
        if (other == layer.Output || other.Constant is not null || !other.Shape.Equals(layer.Output.Shape) || !isThere(other)) return null;
        _fused.Add(sum);
        Value?[] inputs = [.. layer.Inputs, .. layer.Inputs.Count == 2 ? new Value?[] { null } : [], other];
        return (new Node(layer.Name, layer.Operator, inputs, [sum.Output]), convolution with { AddsOperand = true, Description = kernel.Description + ", plus the second input" });
    }
}
