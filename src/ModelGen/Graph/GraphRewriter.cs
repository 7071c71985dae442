using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph;

/// <summary>
/// Base of passes: walks the nodes in order into a new graph. A pass overrides <see cref="Visit"/>, which sees operands that are already
/// rewritten, and returns the results, made with <see cref="Builder"/>, or <see langword="null"/> to keep the node.
/// </summary>
internal abstract class GraphRewriter
{
    private readonly Dictionary<Value, Value> _replacements = [];

    protected GraphRewriter(ModelGraph graph)
    {
        Graph = graph;
        Builder = new GraphBuilder(graph.Metadata);
        ConsumersOf = graph.Consumers();
        OutputValues = new HashSet<Value>(graph.Outputs.Select(output => output.Value));
    }

    /// <summary>The graph before the pass.</summary>
    protected ModelGraph Graph { get; }

    /// <summary>The graph that is being made.</summary>
    protected GraphBuilder Builder { get; }

    /// <summary>Readers of each value before the pass.</summary>
    protected Dictionary<Value, List<Node>> ConsumersOf { get; }

    /// <summary>Values that are outputs of the graph.</summary>
    protected HashSet<Value> OutputValues { get; }

    /// <summary>Nodes of the new graph by their results, for looking backwards.</summary>
    protected Dictionary<Value, Node> Producers { get; } = [];

    /// <summary>Runs the pass.</summary>
    public ModelGraph Rewrite()
    {
        foreach (Value input in Graph.Inputs) Builder.AddInput(input);
        foreach (Node node in Graph.Nodes)
        {
            Value?[] inputs = node.Inputs.Select(Current).ToArray();
            IReadOnlyList<Value> outputs = Visit(node, inputs) ?? Builder.Keep(node, inputs);
            for (int i = 0; i < outputs.Count; i++)
                if (!ReferenceEquals(outputs[i], node.Outputs[i])) Replace(node, node.Outputs[i], outputs[i]);
            if (Builder.LastNode is { } last)
                foreach (Value output in last.Outputs) Producers[output] = last;
        }

        return Builder.Build(Graph.Outputs.Select(output => output with { Value = Current(output.Value)! }));
    }

    /// <summary>Rewrites a node.</summary>
    /// <param name="node">The node as it was.</param>
    /// <param name="inputs">Its operands in the new graph.</param>
    /// <returns>Replacements of its results, or <see langword="null"/> to keep it.</returns>
    protected abstract IReadOnlyList<Value>? Visit(Node node, Value?[] inputs);

    /// <summary>The value of the new graph that stands for one of the old.</summary>
    protected Value? Current(Value? value) => value is not null && _replacements.TryGetValue(value, out Value? replacement)
        ? replacement : value;

    private void Replace(Node node, Value old, Value replacement)
    {
        if (replacement.Element != old.Element || !replacement.Shape.Equals(old.Shape))
            throw new InvalidOperationException($"{GetType().Name} replaces {old.Type} of {node} by {replacement.Type}");
        _replacements[old] = replacement;
    }

    /// <summary>Whether a value of the old graph is read by exactly one node and is no output.</summary>
    protected bool HasSingleUse(Value value) =>
        !OutputValues.Contains(value) && ConsumersOf.TryGetValue(value, out List<Node>? readers) && readers.Count == 1;
}
