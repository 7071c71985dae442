using System.Collections.Generic;

namespace ModelGen.Graph;

/// <summary>A whole network: nodes in an order in which they can run. Immutable.</summary>
public sealed class ModelGraph
{
    internal ModelGraph(ModelMetadata metadata, IReadOnlyList<Value> inputs, IReadOnlyList<GraphOutput> outputs, IReadOnlyList<Node> nodes)
    {
        Metadata = metadata;
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
    }

    /// <summary>Facts about the file.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>Inputs in the order of the model.</summary>
    public IReadOnlyList<Value> Inputs { get; }

    /// <summary>Outputs in the order of the model.</summary>
    public IReadOnlyList<GraphOutput> Outputs { get; }

    /// <summary>Nodes; each after those whose results it reads.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>For each value the nodes that read it, in order.</summary>
    public Dictionary<Value, List<Node>> Consumers()
    {
        var consumers = new Dictionary<Value, List<Node>>();
        foreach (Node node in Nodes)
        {
            foreach (Value? input in node.Inputs)
            {
                if (input is null) continue;
                if (!consumers.TryGetValue(input, out List<Node>? list)) consumers[input] = list = [];
                if (!list.Contains(node)) list.Add(node);
            }
        }

        return consumers;
    }
}
