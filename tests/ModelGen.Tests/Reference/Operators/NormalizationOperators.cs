using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Normalizations.</summary>
internal static class NormalizationOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["BatchNormalization"] = node => [BatchNormalization(node)];
        table["InstanceNormalization"] = node => [InstanceNormalization(node)];
        table["LayerNormalization"] = LayerNormalization;
        table["RMSNormalization"] = node => [RootMeanSquareNormalization(node)];
        table["GroupNormalization"] = node => [GroupNormalization(node)];
        table["MeanVarianceNormalization"] = node => [MeanVarianceNormalization(node)];
        table["LpNormalization"] = node => [LpNormalization(node)];
        table["LRN"] = node => [LocalResponseNormalization(node)];
    }

    private static ReferenceTensor BatchNormalization(OperatorContext node)
    {
        if (node.Int("training_mode", 0) != 0) throw node.NotSupported("training mode");
        ReferenceTensor x = node[0];
        double epsilon = node.Float("epsilon", 1e-5f);
        int[] channel = Shapes.Map(x.Dims, at => x.Rank > 1 ? at[1] : 0);
        return ReferenceTensor.Float(x.Dims, x.Floats.Select((v, i) =>
        {
            int c = channel[i];
            return (v - node[3].Floats[c]) / Math.Sqrt(node[4].Floats[c] + epsilon) * node[1].Floats[c] + node[2].Floats[c];
        }).ToArray(), x.Type);
    }

    private static ReferenceTensor InstanceNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        double[] y = Normalize(x.Floats, Shapes.Count(x.Dims[2..]), node.Float("epsilon", 1e-5f), out _, out _);
        int[] channel = Shapes.Map(x.Dims, at => at[1]);
        return ReferenceTensor.Float(x.Dims, y.Select((v, i) => v * node[1].Floats[channel[i]] + node[2].Floats[channel[i]]).ToArray(),
            x.Type);
    }

    private static ReferenceTensor GroupNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int groups = (int)node.Int("num_groups", 1);
        double[] y = Normalize(x.Floats, x.Count / (x.Dims[0] * groups), node.Float("epsilon", 1e-5f), out _, out _);
        // Scale and bias count groups in opset 18 and channels since 21.
        int perParameter = x.Dims[1] / node[1].Count;
        int[] parameter = Shapes.Map(x.Dims, at => at[1] / perParameter);
        return ReferenceTensor.Float(x.Dims, y.Select((v, i) => v * node[1].Floats[parameter[i]] + node[2].Floats[parameter[i]]).ToArray(),
            x.Type);
    }

    private static ReferenceTensor[] LayerNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int axis = Shapes.Axis(node.Int("axis", -1), x.Rank);
        double[] y = Normalize(x.Floats, Shapes.Count(x.Dims[axis..]), node.Float("epsilon", 1e-5f), out double[] mean,
            out double[] inverse);
        double[] scale = Shapes.Expand(node[1], x.Dims).Floats;
        double[]? bias = node.Optional(2) is { } b ? Shapes.Expand(b, x.Dims).Floats : null;
        int[] dims = x.Dims.Select((d, i) => i < axis ? d : 1).ToArray();
        return
        [
            ReferenceTensor.Float(x.Dims, y.Select((v, i) => v * scale[i] + (bias?[i] ?? 0)).ToArray(), x.Type),
            ReferenceTensor.Float(dims, mean),
            ReferenceTensor.Float(dims, inverse),
        ];
    }

    private static ReferenceTensor RootMeanSquareNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int size = Shapes.Count(x.Dims[Shapes.Axis(node.Int("axis", -1), x.Rank)..]);
        double epsilon = node.Float("epsilon", 1e-5f);
        double[] scale = Shapes.Expand(node[1], x.Dims).Floats;
        double[] y = x.Floats.Chunk(size).SelectMany(v =>
        {
            double root = Math.Sqrt(v.Average(e => e * e) + epsilon);
            return v.Select(e => e / root);
        }).ToArray();
        return ReferenceTensor.Float(x.Dims, y.Zip(scale, (v, s) => v * s).ToArray(), x.Type);
    }

    private static double[] Normalize(double[] x, int size, double epsilon, out double[] means, out double[] inverses)
    {
        List<double> m = [];
        List<double> s = [];
        double[] y = x.Chunk(size).SelectMany(v =>
        {
            double mean = v.Average();
            double inverse = 1 / Math.Sqrt(v.Average(e => (e - mean) * (e - mean)) + epsilon);
            m.Add(mean);
            s.Add(inverse);
            return v.Select(e => (e - mean) * inverse).ToArray();
        }).ToArray();
        means = m.ToArray();
        inverses = s.ToArray();
        return y;
    }

    private static ReferenceTensor MeanVarianceNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int[] axes = (node.Ints("axes") ?? [0, 2, 3]).Select(a => Shapes.Axis(a, x.Rank)).ToArray();
        ReferenceTensor mean = Shapes.Expand(ReductionOperators.Mean(x, axes, keepDims: true), x.Dims);
        double[] centred = x.Floats.Zip(mean.Floats, (v, m) => v - m).ToArray();
        ReferenceTensor squares = ReferenceTensor.Float(x.Dims, Array.ConvertAll(centred, v => v * v), x.Type);
        ReferenceTensor variance = Shapes.Expand(ReductionOperators.Mean(squares, axes, keepDims: true), x.Dims);
        return ReferenceTensor.Float(x.Dims, centred.Zip(variance.Floats, (v, s) => v / (Math.Sqrt(s) + 1e-9)).ToArray(), x.Type);
    }

    private static ReferenceTensor LpNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        (_, int length, int inner) = Shapes.Around(x.Dims, Shapes.Axis(node.Int("axis", -1), x.Rank));
        long p = node.Int("p", 2);
        double[] y = new double[x.Count];
        for (int i = 0; i < y.Length; i++)
        {
            int first = i - i / inner % length * inner;
            double sum = Enumerable.Range(0, length).Sum(j => Math.Pow(Math.Abs(x.Floats[first + j * inner]), p));
            double norm = Math.Pow(sum, 1.0 / p);
            y[i] = norm == 0 ? 0 : x.Floats[i] / norm;
        }

        return ReferenceTensor.Float(x.Dims, y, x.Type);
    }

    private static ReferenceTensor LocalResponseNormalization(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int size = (int)node.Int("size", 1);
        double alpha = node.Float("alpha", 0.0001f);
        double beta = node.Float("beta", 0.75);
        double bias = node.Float("bias", 1);
        (_, int channels, int inner) = Shapes.Around(x.Dims, 1);
        double[] y = new double[x.Count];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / inner % channels;
            double squares = 0;
            for (int j = Math.Max(0, c - (size - 1) / 2); j <= Math.Min(channels - 1, c + size / 2); j++)
            {
                double v = x.Floats[i + (j - c) * inner];
                squares += v * v;
            }

            y[i] = x.Floats[i] / Math.Pow(bias + alpha / size * squares, beta);
        }

        return ReferenceTensor.Float(x.Dims, y, x.Type);
    }
}
