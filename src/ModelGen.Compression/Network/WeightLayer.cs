using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Network;

/// <summary>A layer with weights.</summary>
/// <param name="Node">The operation.</param>
/// <param name="Weights">Its weight constants: one, or input and recurrent weights.</param>
internal sealed record WeightLayer(Node Node, IReadOnlyList<Value> Weights)
{
    /// <summary>Name for people.</summary>
    public string Name => Node.Name;

    /// <summary>Multiply-accumulates of one weight in one run: output positions, or steps.</summary>
    public int Positions => Node.Operator switch
    {
        Convolution => Node.Output.Shape.Product(2, Node.Output.Shape.Rank) * Node.Output.Shape[0],
        FullyConnected => Node.Input(0).Shape.Count / Node.Input(1).Shape[1],
        Recurrent => Node.Input(0).Shape[0] * Node.Input(0).Shape[1],
        _ => 1,
    };

    /// <summary>Weights, zeros included.</summary>
    public int WeightCount => Weights.Sum(value => value.Shape.Count);

    /// <summary>The layers of a network.</summary>
    public static IReadOnlyList<WeightLayer> Of(ModelGraph graph) => graph.Nodes.Select(node => node.Operator switch
    {
        Convolution or FullyConnected when node.Input(1).Constant is not null => new WeightLayer(node, [node.Input(1)]),
        Recurrent => new WeightLayer(node, [node.Input(1), node.Input(2)]),
        _ => null,
    }).OfType<WeightLayer>().ToArray();
}
