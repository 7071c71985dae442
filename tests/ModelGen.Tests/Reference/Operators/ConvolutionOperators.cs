using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Conv, ConvInteger, QLinearConv, ConvTranspose.</summary>
internal static class ConvolutionOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Conv"] = node => [Conv(node, node[0], node[1], node.Optional(2))];
        table["ConvInteger"] = node => [ConvInteger(node)];
        table["QLinearConv"] = node => [QLinearConv(node)];
        table["ConvTranspose"] = node => [ConvTranspose(node)];
    }

    private static ReferenceTensor Conv(OperatorContext node, ReferenceTensor x, ReferenceTensor w, ReferenceTensor? bias)
    {
        SlidingWindow window = SlidingWindow.Create(node, x.Dims[2..], w.Dims[2..]);
        int[] dims = [x.Dims[0], w.Dims[0], .. window.Output];
        int group = (int)node.Int("group", 1);
        int[] channel = Shapes.Map(dims, at => at[1]);
        return ReferenceTensor.Float(dims, Floats, Origin(), x.Type);

        double[] Floats()
        {
            double[] y = Convolve(x.Floats, w.Floats, x.Dims, w.Dims, window, group);
            if (bias != null) for (int i = 0; i < y.Length; i++) y[i] += bias.Floats[channel[i]];
            return y;
        }

        Accumulators? Origin()
        {
            if (x.Origin is not QuantizedElements xq || w.Origin is not QuantizedElements wq) return null;
            int perChannel = w.Count / w.Dims[0];
            if (xq.CommonScale() is not { } scaleX) return null;
            // One scale an output channel; anything finer cannot be taken out of the sum.
            for (int i = 0; i < w.Count; i++) if (wq.Scale[i] != wq.Scale[i / perChannel * perChannel]) return null;
            long[] sums = Convolve(xq.Centred, wq.Centred, x.Dims, w.Dims, window, group);
            float[] scalesX = Enumerable.Repeat(scaleX, sums.Length).ToArray();
            float[] scalesW = Array.ConvertAll(channel, c => wq.Scale[c * perChannel]);
            ReferenceTensor? spread = bias?.Select(dims, channel);
            if (spread != null) spread.IsConstant = bias!.IsConstant;
            return IntegerProducts.Create(sums, scalesX, scalesW, spread, w.IsConstant ? channel : null);
        }
    }

    private static T[] Convolve<T>(T[] x, T[] w, int[] xDims, int[] wDims, SlidingWindow window, int group)
        where T : INumber<T>
    {
        int outputs = wDims[0];
        int channels = wDims[1];
        int outputsPerGroup = outputs / group;
        int taps = Shapes.Count(window.Kernel);
        int pixels = Shapes.Count(window.Input);
        int positions = window.Taps.Length;
        T[] y = new T[xDims[0] * outputs * positions];
        for (int n = 0; n < xDims[0]; n++)
        {
            for (int m = 0; m < outputs; m++)
            {
                for (int c = 0; c < channels; c++)
                {
                    int plane = (n * xDims[1] + m / outputsPerGroup * channels + c) * pixels;
                    int kernel = (m * channels + c) * taps;
                    int row = (n * outputs + m) * positions;
                    for (int p = 0; p < positions; p++)
                    {
                        int[] tap = window.Taps[p];
                        T sum = T.Zero;
                        for (int k = 0; k < tap.Length; k++) if (tap[k] >= 0) sum += x[plane + tap[k]] * w[kernel + k];
                        y[row + p] += sum;
                    }
                }
            }
        }

        return y;
    }

    private static ReferenceTensor ConvInteger(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        ReferenceTensor w = node[1];
        SlidingWindow window = SlidingWindow.Create(node, x.Dims[2..], w.Dims[2..]);
        long[] sums = Convolve(Centre(x, node.Optional(2), -1), Centre(w, node.Optional(3), 0), x.Dims, w.Dims, window,
            (int)node.Int("group", 1));
        return ReferenceTensor.Integer(DataType.Int32, [x.Dims[0], w.Dims[0], .. window.Output], sums);
    }

    private static ReferenceTensor QLinearConv(OperatorContext node)
    {
        ReferenceTensor x = QuantizationOperators.DequantizeLinear(node[0], node[1], node[2], 1, 0);
        ReferenceTensor w = QuantizationOperators.DequantizeLinear(node[3], node[4], node[5], 0, 0);
        w.IsConstant = node[3].IsConstant;
        ReferenceTensor? bias = null;
        if (node.Optional(8) is { } integers)
        {
            // The specification: a bias has scale sx * sw and zero point 0.
            double[] scale = Array.ConvertAll(node[4].Floats, s => (double)(float)((float)s * (float)node[1].Floats[0]));
            bias = QuantizationOperators.DequantizeLinear(integers, ReferenceTensor.Float(node[4].Dims, scale), null, 0, 0);
            bias.IsConstant = integers.IsConstant;
        }

        return QuantizationOperators.Quantize(Conv(node, x, w, bias), node[6], node[7], node[7].Type);
    }

    public static long[] Centre(ReferenceTensor q, ReferenceTensor? zeroPoint, int axis)
    {
        if (zeroPoint == null) return q.Integers;
        if (zeroPoint.Count == 1) return Array.ConvertAll(q.Integers, v => v - zeroPoint.Integers[0]);
        int[] along = Shapes.Map(q.Dims, at => at[axis]);
        return q.Integers.Select((v, i) => v - zeroPoint.Integers[along[i]]).ToArray();
    }

    private static ReferenceTensor ConvTranspose(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        ReferenceTensor w = node[1]; // [channels, outputs / group, kernel...]
        int[] input = x.Dims[2..];
        int[] kernel = w.Dims[2..];
        int rank = input.Length;
        int group = (int)node.Int("group", 1);
        int outputs = w.Dims[1] * group;
        int[] strides = SlidingWindow.Attribute(node, "strides", rank);
        int[] dilations = SlidingWindow.Attribute(node, "dilations", rank);
        (int[] output, int[] begin) = TransposedSize(node, input, kernel, strides, dilations);
        int[] dims = [x.Dims[0], outputs, .. output];
        int[] yStrides = Shapes.Strides(dims);
        double[] y = new double[Shapes.Count(dims)];
        int xAt = 0;
        foreach (int[] at in Shapes.Coordinates(x.Dims))
        {
            int wAt = at[1] * w.Count / w.Dims[0];
            int firstOutput = at[1] / (x.Dims[1] / group) * w.Dims[1];
            foreach (int[] k in Shapes.Coordinates(w.Dims[1..]))
            {
                int to = at[0] * yStrides[0] + (firstOutput + k[0]) * yStrides[1];
                bool inside = true;
                for (int d = 0; d < rank; d++)
                {
                    int o = at[2 + d] * strides[d] + k[1 + d] * dilations[d] - begin[d];
                    inside &= o >= 0 && o < output[d];
                    to += o * yStrides[2 + d];
                }

                if (inside) y[to] += x.Floats[xAt] * w.Floats[wAt];
                wAt++;
            }

            xAt++;
        }

        int[] channel = Shapes.Map(dims, at => at[1]);
        if (node.Optional(2) is { } bias) for (int i = 0; i < y.Length; i++) y[i] += bias.Floats[channel[i]];
        return ReferenceTensor.Float(dims, y, x.Type);
    }

    private static (int[] Output, int[] Begin) TransposedSize(OperatorContext node, int[] input, int[] kernel, int[] strides,
        int[] dilations)
    {
        int rank = input.Length;
        long[] pads = node.Ints("pads") is { Length: > 0 } given ? given : new long[2 * rank];
        long[] extra = node.Ints("output_padding") is { Length: > 0 } more ? more : new long[rank];
        long[]? shape = node.Ints("output_shape") is { Length: > 0 } asked ? asked[^rank..] : null;
        string autoPad = node.Text("auto_pad", "NOTSET");
        int[] output = new int[rank];
        int[] begin = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            int full = strides[d] * (input[d] - 1) + (int)extra[d] + (kernel[d] - 1) * dilations[d] + 1;
            if (shape == null && autoPad is "NOTSET" or "VALID")
            {
                begin[d] = autoPad == "VALID" ? 0 : (int)pads[d];
                output[d] = autoPad == "VALID" ? full : full - (int)(pads[d] + pads[rank + d]);
                continue;
            }

            output[d] = shape != null ? (int)shape[d] : input[d] * strides[d];
            int total = Math.Max(0, full - output[d]);
            begin[d] = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
        }

        return (output, begin);
    }
}
