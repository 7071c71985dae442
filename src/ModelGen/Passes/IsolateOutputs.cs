using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>Gives every output memory of its own: one that is an input, a constant, or shown twice is copied.</summary>
internal static class IsolateOutputs
{
    public static ModelGraph Run(ModelGraph graph)
    {
        var producers = graph.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node))).ToDictionary(pair => pair.output,
            pair => pair.node);
        Value Root(Value value)
        {
            while (producers.TryGetValue(value, out Node? node) && node.Operator.IsView) value = node.Input(0);
            return value;
        }

        var shown = new HashSet<Value>();
        var builder = new GraphBuilder(graph.Metadata);
        foreach (Value input in graph.Inputs) builder.AddInput(input);
        foreach (Node node in graph.Nodes) builder.Keep(node, node.Inputs.ToArray());
        var outputs = new List<GraphOutput>();
        foreach (GraphOutput output in graph.Outputs)
        {
            Value root = Root(output.Value);
            bool isOwn = producers.ContainsKey(root) && shown.Add(root);
            outputs.Add(isOwn ? output : output with { Value = builder.Add(new OutputCopy(), output.Name, output.Value) });
        }

        return builder.Build(outputs);
    }
}
