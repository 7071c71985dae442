using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// Product of two computed matrices, either of which may be read transposed without being moved. Operands: a [M, K] or, transposed, [K, M];
/// b [K, N] or, transposed, [N, K]. Not both transposed. The products of training: forward <c>x w^T</c>, backward <c>dy w</c> and
/// <c>dy^T x</c>.
/// </summary>
/// <param name="TransposeLeft">Whether a is [K, M].</param>
/// <param name="TransposeRight">Whether b is [N, K].</param>
public sealed record GeneralMatrixMultiply(bool TransposeLeft, bool TransposeRight) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "matrix_multiply";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape a = inputs[0]!.Shape, b = inputs[1]!.Shape;
        if (a.Rank != 2 || b.Rank != 2 || (TransposeLeft && TransposeRight) || a[TransposeLeft ? 0 : 1] != b[TransposeRight ? 1 : 0])
            throw Mismatch($"operands {a} and {b} do not fit a matrix product");
        return [new TensorType(ElementType.Float32, new Shape(a[TransposeLeft ? 1 : 0], b[TransposeRight ? 0 : 1]))];
    }
}
