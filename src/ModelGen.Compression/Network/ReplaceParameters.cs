using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Compression.Network;

/// <summary>The same network with other constants.</summary>
internal sealed class ReplaceParameters : GraphRewriter
{
    private readonly IReadOnlyDictionary<string, float[]> _values;
    private readonly Dictionary<Value, Value> _replaced = [];

    private ReplaceParameters(ModelGraph graph, IReadOnlyDictionary<string, float[]> values)
        : base(graph) => _values = values;

    /// <summary>Runs the pass.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="values">New elements of float32 constants by name, in their order.</param>
    public static ModelGraph Run(ModelGraph graph, IReadOnlyDictionary<string, float[]> values) =>
        new ReplaceParameters(graph, values).Rewrite();

    /// <inheritdoc/>
    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { Constant: not null } constant || !_values.TryGetValue(constant.Name, out float[]? values)) continue;
            if (!_replaced.TryGetValue(constant, out Value? replacement))
                _replaced[constant] = replacement = GraphBuilder.Constant(constant.Name, Tensor.Floats(constant.Shape, values.ToArray()));
            inputs[i] = replacement;
        }

        return Builder.Keep(node, inputs);
    }
}
