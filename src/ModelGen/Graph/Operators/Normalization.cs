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

/// <summary>
/// Subtracts the mean and divides by the standard deviation of each run of neighbouring elements: the core of ONNX InstanceNormalization,
/// LayerNormalization and GroupNormalization. Scale and bias are nodes of their own.
/// </summary>
/// <param name="Length">Elements normalised together; divides the element count.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record Standardize(int Length, float Epsilon) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "standardize";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}

/// <summary>Local response normalization across channels (ONNX LRN).</summary>
/// <param name="Size">Channels summed over.</param>
/// <param name="Alpha">Scaling.</param>
/// <param name="Beta">Exponent.</param>
/// <param name="Bias">Added to the sum.</param>
public sealed record LocalResponse(int Size, float Alpha, float Beta, float Bias) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "local_response";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
