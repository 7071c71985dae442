using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>Relu and Clip become the clamp of the operation before them, when nothing else reads its result.</summary>
internal sealed class FuseActivations : GraphRewriter
{
    private FuseActivations(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new FuseActivations(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (node.Operator is not Unary { Function: UnaryFunction.Clip } clip || clip.Result is not null || !HasSingleUse(node.Input(0))) return null;
        if (!Producers.TryGetValue(inputs[0]!, out Node? producer) || !producer.Operator.AcceptsActivation || producer.Operator.Result is not null) return null;
        if (!producer.Output.Element.IsFloat()) return null;

        Activation before = producer.Operator.Activation;
        var both = new Activation(System.Math.Max(before.Low, clip.Alpha), System.Math.Min(before.High, clip.Beta));
        if (!before.IsNone && both.Low > both.High) return null;
        return Builder.Add(producer.Operator with { Activation = both }, producer.Name, producer.Inputs.ToArray(), [node.Output.Name]);
    }
}
