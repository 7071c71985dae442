using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace ModelGen.Graph.Operators;

/// <summary>Integers to real numbers: <c>(q - zero point) * scale</c> (ONNX DequantizeLinear). The parameters are those of the operand's
/// type.</summary>
/// <param name="Parameters">Scale and zero point.</param>
public sealed record Dequantize(Quantization Parameters) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "dequantize";

    /// <summary>The real numbers of a constant. Not done when the node is added: quantization fusion needs the integers.</summary>
    public Tensor Apply(Tensor x)
    {
        var values = new float[x.Count];
        int inner = Parameters.IsPerTensor ? 1 : x.Shape.Product(Parameters.Axis + 1, x.Shape.Rank);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = Parameters.IsPerTensor ? 0 : i / inner % Parameters.Scales.Count;
            values[i] = (x.GetLong(i) - Parameters.ZeroPoints[channel]) * Parameters.Scales[channel];
        }

        return new Tensor(new TensorType(ElementType.Float32, x.Shape), MemoryMarshal.AsBytes<float>(values).ToArray())
        {
            Source = new QuantizedSource(x, Parameters),
        };
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [new TensorType(ElementType.Float32, inputs[0]!.Shape)];
}
