using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Passes.Training;

/// <summary>Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of one of its values.</summary>
internal static class Differentiate
{
    /// <summary>Adds the way back.</summary>
    /// <param name="builder">The graph with the way forward.</param>
    /// <param name="total">A scalar: the loss.</param>
    /// <param name="wanted">Inputs whose gradients are wanted.</param>
    /// <param name="masks">By input, a tensor of its shape that is zero where its gradient is not wanted.</param>
    /// <returns>The gradients, in the shapes of the inputs; zeros for one that the loss does not depend on.</returns>
    public static IReadOnlyList<Value> Run(GraphBuilder builder, Value total, IReadOnlyList<Value> wanted,
        IReadOnlyDictionary<Value, Value> masks)
    {
        Node[] forward = builder.Nodes.ToArray();
        var depends = new HashSet<Value>(wanted);
        foreach (Node node in forward)
            if (node.Inputs.Any(input => input is not null && depends.Contains(input))) depends.UnionWith(node.Outputs);

        var ops = new GraphArithmetic(builder, "gradient") { Wanted = masks };
        var gradients = new Dictionary<Value, Value> { [total] = GraphBuilder.Constant("gradient:loss", Tensor.Floats(total.Shape, [1])) };
        foreach (Node node in forward.Reverse())
        {
            Value?[] results = node.Outputs.Select(output => gradients.TryGetValue(output, out Value? gradient) ? gradient
                : null).ToArray();
            if (results.All(gradient => gradient is null) || !node.Outputs.Any(depends.Contains)) continue;
            bool[] needed = node.Inputs.Select(input => input is not null && depends.Contains(input)).ToArray();
            Value?[] operands = GradientRules.Apply(node, results, needed, ops);
            for (int i = 0; i < operands.Length; i++)
            {
                if (operands[i] is not { } gradient || !needed[i]) continue;
                Value input = node.Input(i);
                gradients[input] = gradients.TryGetValue(input, out Value? sum) ? ops.Add(sum, gradient) : gradient;
            }
        }

        return wanted.Select(input => gradients.TryGetValue(input, out Value? gradient) ? gradient
            : GraphBuilder.Constant($"{input.Name}:none", Tensor.Floats(input.Shape, new float[input.Shape.Count]))).ToArray();
    }
}
