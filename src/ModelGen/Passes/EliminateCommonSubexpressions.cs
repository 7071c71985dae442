using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Passes;

/// <summary>The same operation on the same operands is computed once.</summary>
internal sealed class EliminateCommonSubexpressions : GraphRewriter
{
    private readonly Dictionary<Operator, List<(Value?[] Inputs, IReadOnlyList<Value> Outputs)>> _seen = [];

    private EliminateCommonSubexpressions(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new EliminateCommonSubexpressions(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (!_seen.TryGetValue(node.Operator, out List<(Value?[] Inputs, IReadOnlyList<Value> Outputs)>? same))
            _seen[node.Operator] = same = [];
        foreach ((Value?[] otherInputs, IReadOnlyList<Value> outputs) in same)
            if (otherInputs.SequenceEqual(inputs)) return outputs;
        IReadOnlyList<Value> kept = Builder.Keep(node, inputs);
        same.Add((inputs, kept));
        return kept;
    }
}
