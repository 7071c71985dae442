using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Softmax, LogSoftmax, Hardmax.</summary>
internal static class SoftmaxOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Softmax"] = node => [AlongAxis(node, Softmax, QuantizedSoftmax)];
        table["LogSoftmax"] = node => [AlongAxis(node, LogSoftmax, null)];
        table["Hardmax"] = node => [AlongAxis(node, x => x.Select((_, i) => i == Array.IndexOf(x, x.Max()) ? 1.0 : 0.0).ToArray(), null)];
    }

    private static double[] Softmax(double[] x)
    {
        double largest = x.Max();
        double sum = x.Sum(v => Math.Exp(v - largest));
        return Array.ConvertAll(x, v => Math.Exp(v - largest) / sum);
    }

    private static double[] LogSoftmax(double[] x)
    {
        double largest = x.Max();
        double log = Math.Log(x.Sum(v => Math.Exp(v - largest)));
        return Array.ConvertAll(x, v => v - largest - log);
    }

    /// <summary>The rule of docs/numerics.md for a quantized input.</summary>
    private static double[] QuantizedSoftmax(long[] q, float scale)
    {
        long largest = q.Max();
        float[] t = Array.ConvertAll(q, v => (float)Math.Exp(-(double)(largest - v) * scale));
        double sum = 0;
        foreach (float term in t) sum += term;
        return Array.ConvertAll(t, term => (double)(float)(term / sum));
    }

    private static ReferenceTensor AlongAxis(OperatorContext node, Func<double[], double[]> f, Func<long[], float, double[]>? quantized)
    {
        ReferenceTensor x = node[0];
        int axis = Shapes.Axis(node.Int("axis", node.Opset < 13 ? 1 : -1), x.Rank);
        (int _, int length, int inner) = Shapes.Around(x.Dims, axis);
        if (node.Opset < 13)
        {
            // Before opset 13 everything from the axis on was one vector.
            length = Shapes.Count(x.Dims[axis..]);
            inner = 1;
        }

        QuantizedElements? elements = quantized == null ? null : x.Origin as QuantizedElements;
        float? scale = elements?.CommonScale();
        double[] y = new double[x.Count];
        for (int vector = 0; vector < x.Count / Math.Max(1, length); vector++)
        {
            int first = vector / inner * length * inner + vector % inner;
            int[] at = Enumerable.Range(0, length).Select(i => first + i * inner).ToArray();
            double[] values = scale is { } s
                ? quantized!(Array.ConvertAll(at, i => elements!.Centred[i]), s)
                : f(Array.ConvertAll(at, i => x.Floats[i]));
            for (int i = 0; i < length; i++) y[at[i]] = values[i];
        }

        return ReferenceTensor.Float(x.Dims, y, x.Type);
    }
}
