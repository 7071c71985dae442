using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Product of two computed matrices with broadcast leading axes (ONNX MatMul). Operands: a [.., M, K], b [.., K, N].</summary>
public sealed record MatrixMultiply : Operator
{
    /// <inheritdoc/>
    public override string Kind => "matrix_multiply";

    /// <inheritdoc/>
    public override bool AcceptsActivation => true;

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape a = inputs[0]!.Shape, b = inputs[1]!.Shape;
        if (a.Rank < 2 || b.Rank < 2 || a[a.Rank - 1] != b[b.Rank - 2]) throw Mismatch($"operands {a} and {b} do not fit a matrix product");
        Shape batch = Shape.Broadcast(new Shape(a.Dimensions.Take(a.Rank - 2)), new Shape(b.Dimensions.Take(b.Rank - 2)));
        return [new TensorType(inputs[0]!.Element, new Shape(batch.Dimensions.Append(a[a.Rank - 2]).Append(b[b.Rank - 1])))];
    }
}
