using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning;

/// <summary>
/// Layers of real numbers that lie between a DequantizeLinear and a QuantizeLinear: the graph is quantized around them, but they have no
/// integer form.
/// They are named so that nobody takes them for integer layers.
/// </summary>
internal static class FloatDetours
{
    /// <summary>What is said of them.</summary>
    public const string Reason = "computed in float32 between integer tensors";

    /// <summary>The nodes.</summary>
    public static HashSet<Node> Find(ModelGraph graph)
    {
        var fromIntegers = new HashSet<Value>();
        foreach (Node node in graph.Nodes)
        {
            bool follows = node.Operator is Dequantize
                || (IsReal(node) && node.Inputs.Any(input => input is not null && fromIntegers.Contains(input)));
            if (follows) fromIntegers.UnionWith(node.Outputs);
        }

        var toIntegers = new HashSet<Value>();
        var detours = new HashSet<Node>();
        foreach (Node node in graph.Nodes.Reverse())
        {
            bool leads = node.Operator is Quantize || (IsReal(node) && node.Outputs.Any(toIntegers.Contains));
            if (!leads) continue;
            toIntegers.UnionWith(node.Inputs.OfType<Value>());
            if (node.Operator is not Quantize && node.Outputs.Any(fromIntegers.Contains)) detours.Add(node);
        }

        return detours;
    }

    private static bool IsReal(Node node) => node.Operator is not (Quantize or Dequantize) && node.Output.Element == ElementType.Float32;
}
