using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// The tensors of a float graph whose ranges are needed so that the compiler runs every layer that can on integers (docs/numerics.md).
/// Recurrent layers run in float32: what they read and make is a point only where a layer on integers has it too.
/// </summary>
internal static class QuantizationPoints
{
    /// <summary>Finds the points.</summary>
    /// <param name="floatGraph">A graph without quantization, before activations are fused.</param>
    /// <returns>Each point once: network inputs first, then in the order of the nodes.</returns>
    public static IReadOnlyList<QuantizationPoint> Of(ModelGraph floatGraph)
    {
        var regions = new IntegerRegions(floatGraph);
        HashSet<Value> probabilities = [.. floatGraph.Nodes.Where(node => node.Operator is Softmax).Select(node => node.Output)];
        return
        [
            .. regions.Points().Select(value =>
                new QuantizationPoint(value, [.. regions.InheritedFrom(value)], probabilities.Contains(value))),
        ];
    }
}
