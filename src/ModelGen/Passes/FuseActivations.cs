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
        if (node.Operator is not Unary { Function: UnaryFunction.Clip } clip || clip.Result is not null || !HasSingleUse(node.Input(0)))
            return null;
        if (!Producers.TryGetValue(inputs[0]!, out Node? producer) || !producer.Operator.AcceptsActivation
            || producer.Operator.Result is not null) return null;
        if (producer.Output.Element != ElementType.Float32) return null;

        Activation before = producer.Operator.Activation;
        var both = new Activation(Clamp(before.Low, clip), Clamp(before.High, clip));
        return Builder.Add(producer.Operator with { Activation = both }, producer.Name, producer.Inputs.ToArray(), [node.Output.Name]);
    }

    // Two clamps are the clamp between what the second makes of the bounds of the first, also where they do not meet.
    private static float Clamp(float bound, Unary clip) => System.Math.Min(System.Math.Max(bound, clip.Alpha), clip.Beta);
}
