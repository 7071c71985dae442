using System;
using System.Linq;
using ModelGen.Graph.Operators;

namespace ModelGen.Graph;

/// <summary>
/// The step from 32-bit sums to 8-bit results: <c>saturate(round(sum * multiplier) + zero point)</c> (docs/numerics.md). Activations that
/// clamp have narrowed the range.
/// </summary>
/// <param name="Multipliers">One, or one an output channel.</param>
/// <param name="ZeroPoint">Zero point of the result.</param>
/// <param name="Low">Smallest result.</param>
/// <param name="High">Largest result.</param>
internal sealed record Requantization(float[] Multipliers, int ZeroPoint, int Low, int High)
{
    /// <summary>Smallest rounded value before the zero point is added.</summary>
    public float RelativeLow => Low - ZeroPoint;

    /// <summary>Largest rounded value before the zero point is added.</summary>
    public float RelativeHigh => High - ZeroPoint;

    /// <summary>The result for a product of sum and multiplier.</summary>
    public int Apply(float product) =>
        (int)Math.Round((double)Math.Max(RelativeLow, Math.Min(RelativeHigh, product)), MidpointRounding.ToEven) + ZeroPoint;

    /// <summary>Requantization of the result of an operation.</summary>
    /// <param name="operator">The operation; has a result type and perhaps an activation.</param>
    /// <param name="multipliers">Scale of a sum divided by the scale of the result.</param>
    public static Requantization For(Operator @operator, float[] multipliers)
    {
        QuantizedResult result = @operator.Result!;
        (int low, int high) = Range(result, @operator.Activation);
        return new Requantization(multipliers, result.Quantization.ZeroPoint, low, high);
    }

    /// <summary>Range of the integers that an activation leaves.</summary>
    public static (int Low, int High) Range(QuantizedResult result, Activation activation)
    {
        Quantization q = result.Quantization;
        int Quantized(float bound) => Quantize.Apply(bound, q.Scale, q.ZeroPoint, result.Range);
        return (Quantized(activation.Low), Quantized(activation.High));
    }

    /// <summary>Multipliers of a product: <c>float32(float32(sx * sw[c]) / sy)</c>, one an output channel.</summary>
    public static float[] ProductMultipliers(Quantization x, Quantization w, Quantization y, int channels) =>
        Enumerable.Range(0, channels).Select(c =>
        {
            float product = x.Scale * w.Scales[w.IsPerTensor ? 0 : c];
            return product / y.Scale;
        }).ToArray();
}
