using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear.</summary>
internal static class QuantizationOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["QuantizeLinear"] = node => [QuantizeLinear(node)];
        table["DequantizeLinear"] = node => [DequantizeLinear(node[0], node[1], node.Optional(2), (int)node.Int("axis", 1),
            node.Int("block_size", 0))];
        table["DynamicQuantizeLinear"] = DynamicQuantizeLinear;
    }

    public static ReferenceTensor DequantizeLinear(ReferenceTensor x, ReferenceTensor scale, ReferenceTensor? zeroPoint, int axis,
        long blockSize)
    {
        int[] parameter = ParameterIndex(x.Dims, scale, axis, blockSize);
        float[] scales = Array.ConvertAll(parameter, p => (float)scale.Floats[p]);
        long[] centred = new long[x.Count];
        for (int i = 0; i < x.Count; i++) centred[i] = x.Integers[i] - (zeroPoint?.Integers[parameter[i]] ?? 0);
        bool isBias = x.Type == DataType.Int32 && (zeroPoint == null || Array.TrueForAll(zeroPoint.Integers, z => z == 0));
        QuantizedElements elements = new(centred, scales, isBias);
        return ReferenceTensor.Float(
            x.Dims, () => Enumerable.Range(0, x.Count).Select(i => (double)elements.Dequantized(i)).ToArray(), elements, scale.Type);
    }

    public static ReferenceTensor Quantize(ReferenceTensor x, ReferenceTensor scale, ReferenceTensor? zeroPoint, DataType type,
        int axis = 1, long blockSize = 0)
    {
        int[] parameter = ParameterIndex(x.Dims, scale, axis, blockSize);
        long[] q = new long[x.Count];
        for (int i = 0; i < q.Length; i++)
        {
            q[i] = Quantizer.Quantize(x, i, (float)scale.Floats[parameter[i]], zeroPoint?.Integers[parameter[i]] ?? 0, type);
        }

        return ReferenceTensor.Integer(type, x.Dims, q);
    }

    private static ReferenceTensor QuantizeLinear(OperatorContext node)
    {
        ReferenceTensor? zeroPoint = node.Optional(2);
        DataType type = zeroPoint?.Type ?? (DataType)node.Int("output_dtype", (long)DataType.UInt8);
        return Quantize(node[0], node[1], zeroPoint, type, (int)node.Int("axis", 1), node.Int("block_size", 0));
    }

    /// <summary>Index of the scale and zero point of each element: per tensor, per axis, or per block along the axis (opset 21).</summary>
    private static int[] ParameterIndex(int[] dims, ReferenceTensor scale, int axis, long blockSize)
    {
        if (scale.Count == 1) return new int[Shapes.Count(dims)];
        int along = Shapes.Axis(axis, dims.Length);
        if (scale.Rank <= 1) return Shapes.Map(dims, at => at[along]);
        int[] strides = Shapes.Strides(scale.Dims);
        int block = blockSize > 0 ? (int)blockSize : (dims[along] + scale.Dims[along] - 1) / scale.Dims[along];
        return Shapes.Map(dims, at =>
        {
            int[] blockAt = (int[])at.Clone();
            blockAt[along] /= block;
            return Shapes.Offset(blockAt, strides);
        });
    }

    private static ReferenceTensor[] DynamicQuantizeLinear(OperatorContext node)
    {
        // The specification's formula: range widened to hold 0, uint8, scale and zero point in float32.
        double[] x = node[0].Floats;
        float low = MathF.Min(0, (float)x.Min());
        float high = MathF.Max(0, (float)x.Max());
        float scale = (high - low) / 255f;
        long zeroPoint = scale == 0 ? 0 : (long)MathF.Round(Math.Clamp((float)(-low / scale), 0, 255), MidpointRounding.ToEven);
        ReferenceTensor s = ReferenceTensor.Float([], [scale]);
        ReferenceTensor z = ReferenceTensor.Integer(DataType.UInt8, [], [zeroPoint]);
        return [Quantize(ReferenceTensor.Float(node[0].Dims, x), s, z, DataType.UInt8), s, z];
    }
}
