using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>
/// Weights of an integer layer with their zero points taken off, and the bias that goes with them: because padding holds the zero point of
/// the input, <c>sum((x - zx) * w) = sum(x * w) - zx * sum(w)</c>, and the second term is a constant of the output channel.
/// </summary>
internal sealed class IntegerWeights
{
    private IntegerWeights(int[] values, int[] bias, int bits)
    {
        Values = values;
        Bias = bias;
        Bits = bits;
    }

    /// <summary>Weights minus zero points, in the order of the tensor: output channel first.</summary>
    public int[] Values { get; }

    /// <summary>Bias of each output channel, with the zero point of the input taken in.</summary>
    public int[] Bias { get; }

    /// <summary>Bits a weight needs: 8, or 16 when zero points push values out of the range of a signed byte.</summary>
    public int Bits { get; }

    /// <summary>Biases where signed inputs are read as unsigned ones that are 128 larger.</summary>
    /// <param name="input">Element type of the input.</param>
    public int[] BiasForUnsigned(ElementType input)
    {
        if (input == ElementType.UInt8) return Bias;
        int size = Values.Length / Math.Max(1, Bias.Length);
        return Bias.Select((value, channel) =>
            unchecked(value + sbyte.MinValue * new ArraySegment<int>(Values, channel * size, size).Sum())).ToArray();
    }

    /// <summary>Prepares weights.</summary>
    /// <param name="x">Input: quantized per tensor.</param>
    /// <param name="w">Weights: constant, quantized per tensor or per output channel (axis 0).</param>
    /// <param name="bias">Constant bias: int32 with the scale of a sum, or <see langword="null"/>.</param>
    public static IntegerWeights Prepare(Value x, Value w, Value? bias)
    {
        Tensor constant = w.Constant!;
        int channels = w.Shape[0], size = w.Shape.Count / Math.Max(1, channels);
        Quantization quantization = w.Type.Quantization
            ?? throw new ModelException(ModelErrorIds.TypeMismatch, $"weights {w} are not quantized");
        var values = new int[constant.Count];
        var sums = new int[channels];
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / size;
            values[i] = (int)constant.GetLong(i) - quantization.ZeroPoints[quantization.IsPerTensor ? 0 : channel];
            sums[channel] = unchecked(sums[channel] + values[i]);
        }

        int zeroPoint = x.Type.Quantization!.ZeroPoint;
        int[] biases = Enumerable.Range(0, channels).Select(c =>
            unchecked((bias is null ? 0 : (int)bias.Constant!.GetLong(c)) - zeroPoint * sums[c])).ToArray();
        return new IntegerWeights(values, biases, values.All(value => value is >= sbyte.MinValue and <= sbyte.MaxValue) ? 8 : 16);
    }
}
