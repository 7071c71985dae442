using System;
using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Real numbers to integers: <c>saturate(round(x / scale) + zero point)</c> (ONNX QuantizeLinear with constant
/// parameters).</summary>
/// <param name="Target">Integer type.</param>
/// <param name="Parameters">Scale and zero point.</param>
/// <param name="Range">What results saturate to.</param>
public sealed record Quantize(ElementType Target, Quantization Parameters, IntegerRange Range) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "quantize";

    /// <summary>Quantizes one number as docs/numerics.md says. NaN becomes the lowest, as in the emitted code.</summary>
    public static int Apply(float x, float scale, int zeroPoint, IntegerRange range)
    {
        double rounded = Math.Round((double)(float)(x / scale), MidpointRounding.ToEven) + zeroPoint;
        return rounded > range.Low ? (int)Math.Min(range.High, rounded) : range.Low;
    }

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor x = inputs[0]!.Constant!;
        var writer = new TensorWriter(InferTypes(inputs)[0]);
        int inner = Parameters.IsPerTensor ? 1 : x.Shape.Product(Parameters.Axis + 1, x.Shape.Rank);
        for (int i = 0; i < x.Count; i++)
        {
            int channel = Parameters.IsPerTensor ? 0 : i / inner % Parameters.Scales.Count;
            writer.Set(i, (long)Apply((float)x.GetDouble(i), Parameters.Scales[channel], Parameters.ZeroPoints[channel], Range));
        }

        return [writer.ToTensor()];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [new TensorType(Target, inputs[0]!.Shape, Parameters)];
}
