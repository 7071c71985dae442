using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>Zeros (or minus infinity) added around a tensor become the padding of the convolution or pooling that reads it.</summary>
internal sealed class AbsorbPadding : GraphRewriter
{
    private AbsorbPadding(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new AbsorbPadding(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (node.Operator is not (Convolution or Pooling) || !Producers.TryGetValue(inputs[0]!, out Node? producer)
            || producer.Operator is not Pad pad) return null;
        bool isSpatial = Enumerable.Range(0, pad.Begin.Count).All(axis => pad.Begin[axis] >= 0 && pad.End[axis] >= 0
            && (axis >= 2 || pad.Begin[axis] + pad.End[axis] == 0));
        if (!isSpatial) return null;

        Operator? absorbed = node.Operator switch
        {
            Convolution convolution when pad.Value == 0 => convolution with { Window = Widened(convolution.Window, pad) },

            // With ceil_mode a window may start in padding of the Pad, never in padding of the pooling.
            Pooling { Function: PoolingKind.Max, Ceiling: false } pooling when double.IsNegativeInfinity(pad.Value) =>
                pooling with { Window = Widened(pooling.Window, pad) },
            Pooling { Function: PoolingKind.Average, Ceiling: false } pooling when pad.Value == 0
                && (pooling.CountPadding || pooling.Window.IsUnpadded) =>
                pooling with { Window = Widened(pooling.Window, pad), CountPadding = true },
            _ => null,
        };
        if (absorbed is null) return null;
        Value?[] operands = inputs.ToArray();
        operands[0] = producer.Input(0);
        return Builder.Add(absorbed, node.Name, operands, node.Outputs.Select(output => output.Name).ToArray());
    }

    private static Window Widened(Window window, Pad pad) => window with
    {
        PadsBegin = new(window.PadsBegin.Select((size, axis) => size + pad.Begin[axis + 2])),
        PadsEnd = new(window.PadsEnd.Select((size, axis) => size + pad.End[axis + 2])),
    };
}
