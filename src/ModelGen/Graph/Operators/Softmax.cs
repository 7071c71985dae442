using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>exp(x) / sum(exp(x)) along an axis (ONNX Softmax, LogSoftmax).</summary>
/// <param name="Axis">First axis, >= 0.</param>
/// <param name="AxisCount">Axes that are taken together: 1, or all from <paramref name="Axis"/> on before opset 13.</param>
/// <param name="Logarithm">Whether the logarithm is taken of the result.</param>
public sealed record Softmax(int Axis, int AxisCount, bool Logarithm) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Logarithm ? "log_softmax" : "softmax";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        TensorType x = inputs[0]!.Type;
        if (!x.Element.IsFloat() && Result is null) throw Mismatch($"{Kind} is not defined for {x}");
        return [x with { Quantization = null }];
    }
}
