using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>
/// What remains of real numbers that are quantized and dequantized again: <c>clamp(round(x / scale), low, high) * scale</c>, where the bounds
/// have the zero point taken off (Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
/// Inference", 2018). Operands: x; parameters [4]: 1 / scale, scale, low, high. With 1 / scale = 0 nothing is changed.
/// </summary>
public sealed record FakeQuantize : Operator
{
    /// <inheritdoc/>
    public override string Kind => "fake_quantize";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (inputs[1]!.Shape.Count != 4) throw Mismatch($"parameters {inputs[1]!.Shape} of fake_quantize: four are needed");
        return [inputs[0]!.Type];
    }
}
