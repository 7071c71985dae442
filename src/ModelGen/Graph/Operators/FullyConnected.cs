using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>
/// Product with constant weights and a bias: <c>y[.., n] = sum over k of x[.., k] * w[n, k] + b[n]</c>.
/// Operands: x [.., K], w [N, K], optional b [N]. What ONNX Gemm and MatMul with constant weights become.
/// </summary>
public sealed record FullyConnected : Operator
{
    /// <inheritdoc/>
    public override string Kind => "fully_connected";

    /// <inheritdoc/>
    public override bool AcceptsActivation => true;

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape x = inputs[0]!.Shape, w = inputs[1]!.Shape;
        if (w.Rank != 2 || x.Rank < 1 || x[x.Rank - 1] != w[1]) throw Mismatch($"operands {x} and {w} do not fit a matrix product");
        if (inputs.Count > 2 && inputs[2] is { } bias && bias.Shape.Count != w[0])
            throw Mismatch($"bias {bias.Shape} does not fit weights {w}");
        return [new TensorType(inputs[0]!.Element, new Shape(x.Dimensions.Take(x.Rank - 1).Append(w[0])))];
    }
}
