using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>Quantized constants that no integer operation took become real numbers.</summary>
internal sealed class FoldDequantizedConstants : GraphRewriter
{
    private FoldDequantizedConstants(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new FoldDequantizedConstants(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs) =>
        node.Operator is Dequantize dequantize && inputs[0]!.Constant is { } constant
            ? [GraphBuilder.Constant(node.Output.Name, dequantize.Apply(constant))]
            : null;
}
