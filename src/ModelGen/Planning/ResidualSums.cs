using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning;

/// <summary>
/// Sums of a convolution and of what leads around it, as in residual blocks: the convolution adds the other operand to its result while that is in
/// registers. The sum is the same to the bit. Only vectors gain.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="profile">What the code may use.</param>
internal sealed class ResidualSums(ModelGraph graph, Profile profile)
{
    private readonly Dictionary<Value, List<Node>> _consumers = graph.Consumers();
    private readonly Dictionary<Node, (Node Layer, Kernel Kernel)> _waiting = [];

    /// <summary>Whether a layer waits for the sum that it becomes part of.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="kernel">Its kernel.</param>
    public bool Defers(Node layer, Kernel kernel)
    {
        if (profile != Profile.Modern || kernel is not ConvolutionKernel { CanAddOperand: true } || graph.Outputs.Any(output => output.Value == layer.Output)
            || !_consumers.TryGetValue(layer.Output, out List<Node>? readers) || readers.Count != 1) return false;
        Node sum = readers[0];
        if (sum.Operator is not Binary { Function: BinaryFunction.Add, Result: null, Activation.IsNone: true } || _waiting.ContainsKey(sum)) return false;
        Value other = Other(sum, layer);
        if (other == layer.Output || other.Constant is not null || !other.Shape.Equals(layer.Output.Shape)) return false;
        _waiting[sum] = (layer, kernel);
        return true;
    }

    /// <summary>The layer that a sum is part of, with its second operand, and its kernel; or <see langword="null"/>.</summary>
    /// <param name="sum">The sum.</param>
    public (Node Layer, Kernel Kernel)? Take(Node sum)
    {
        if (!_waiting.TryGetValue(sum, out (Node Layer, Kernel Kernel) found)) return null;
        Node layer = found.Layer;
        Value?[] inputs = [.. layer.Inputs, .. layer.Inputs.Count == 2 ? new Value?[] { null } : [], Other(sum, layer)];
        var kernel = (ConvolutionKernel)found.Kernel;
        return (new Node(layer.Name, layer.Operator, inputs, [sum.Output]), kernel with { AddsOperand = true, Description = kernel.Description + ", plus the second input" });
    }

    private static Value Other(Node sum, Node layer) => sum.Input(0) == layer.Output ? sum.Input(1) : sum.Input(0);
}
