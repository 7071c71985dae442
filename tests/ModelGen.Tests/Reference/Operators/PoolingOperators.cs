using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>MaxPool, AveragePool, LpPool and their global forms.</summary>
internal static class PoolingOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["MaxPool"] = node => MaxPool(node, Window(node));
        table["AveragePool"] = node => [AveragePool(node[0], Window(node), node.Int("count_include_pad", 0) != 0)];
        table["LpPool"] = node => [LpPool(node[0], Window(node), node.Int("p", 2))];
        table["GlobalMaxPool"] = node => [Global(node[0], (_, values) => values.Max())];
        table["GlobalAveragePool"] = node => [GlobalAveragePool(node[0])];
        table["GlobalLpPool"] = node => [Global(node[0], (_, values) => Norm(values, node.Int("p", 2)))];
    }

    public static ReferenceTensor GlobalAveragePool(ReferenceTensor x)
    {
        int[] axes = Enumerable.Range(2, x.Rank - 2).ToArray();
        return ReductionOperators.Mean(x, axes, keepDims: true);
    }

    private static SlidingWindow Window(OperatorContext node)
        => SlidingWindow.Create(node, node[0].Dims[2..], node.Ints("kernel_shape")!.Select(k => (int)k).ToArray());

    private static ReferenceTensor[] MaxPool(OperatorContext node, SlidingWindow window)
    {
        ReferenceTensor x = node[0];
        int[] dims = [x.Dims[0], x.Dims[1], .. window.Output];
        int pixels = Shapes.Count(window.Input);
        int positions = window.Taps.Length;
        double[] values = x.AsDoubles();
        int[] winner = new int[Shapes.Count(dims)];
        for (int i = 0; i < winner.Length; i++)
        {
            int plane = i / positions * pixels;
            winner[i] = -1;
            foreach (int tap in window.Taps[i % positions])
            {
                if (tap >= 0 && (winner[i] < 0 || values[plane + tap] > values[winner[i]])) winner[i] = plane + tap;
            }
        }

        ReferenceTensor y = x.Select(dims, winner, double.NegativeInfinity);
        if (x.Origin is { } origin and not QuantizedElements)
        {
            int[][] candidates = winner
                .Select((_, i) => window.Taps[i % positions].Where(tap => tap >= 0).Select(tap => i / positions * pixels + tap).ToArray())
                    .ToArray();
            y = ReferenceTensor.Float(dims, () => Array.ConvertAll(winner, w => values[w]), new LargestOf(origin, candidates), x.Type);
        }

        if (!node.HasOutput(1)) return [y];
        long[] indices = Array.ConvertAll(winner, w => node.Int("storage_order", 0) == 0 ? w : ColumnMajor(w, x.Dims));
        return [y, ReferenceTensor.Integer(DataType.Int64, dims, indices)];
    }

    private static long ColumnMajor(int index, int[] dims)
    {
        // storage_order 1: the first spatial axis runs fastest within a plane.
        int[] spatial = dims[2..];
        int pixels = Shapes.Count(spatial);
        int rest = index % pixels;
        long offset = 0;
        int[] strides = Shapes.Strides(spatial);
        long stride = 1;
        for (int d = 0; d < spatial.Length; d++)
        {
            offset += rest / strides[d] * stride;
            rest %= strides[d];
            stride *= spatial[d];
        }

        return index / pixels * pixels + offset;
    }

    private static ReferenceTensor AveragePool(ReferenceTensor x, SlidingWindow window, bool countPadding)
    {
        int[] dims = [x.Dims[0], x.Dims[1], .. window.Output];
        int pixels = Shapes.Count(window.Input);
        int positions = window.Taps.Length;
        int[] counts = window.Taps.Select((taps, p) => countPadding ? window.PaddedCount[p] : taps.Count(t => t >= 0)).ToArray();
        int count = Shapes.Count(dims);
        return ReferenceTensor.Float(dims, Floats, Origin(), x.Type);

        double[] Floats()
        {
            double[] y = new double[count];
            for (int i = 0; i < count; i++)
            {
                y[i] = window.Taps[i % positions].Where(t => t >= 0).Sum(t => x.Floats[i / positions * pixels + t]) / counts[i % positions];
            }

            return y;
        }

        IntegerMean? Origin()
        {
            if (x.Origin is not QuantizedElements elements || elements.CommonScale() is not { } scale) return null;
            long[] sums = new long[count];
            for (int i = 0; i < count; i++)
            {
                sums[i] = window.Taps[i % positions].Where(t => t >= 0).Sum(t => elements.Centred[i / positions * pixels + t]);
            }

            return new IntegerMean(
                sums, Enumerable.Range(0, count).Select(i => counts[i % positions]).ToArray(), Enumerable.Repeat(scale, count).ToArray());
        }
    }

    private static ReferenceTensor LpPool(ReferenceTensor x, SlidingWindow window, long p)
    {
        int[] dims = [x.Dims[0], x.Dims[1], .. window.Output];
        int pixels = Shapes.Count(window.Input);
        int positions = window.Taps.Length;
        double[] y = new double[Shapes.Count(dims)];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Norm(window.Taps[i % positions].Where(t => t >= 0).Select(t => x.Floats[i / positions * pixels + t]), p);
        }

        return ReferenceTensor.Float(dims, y, x.Type);
    }

    private static double Norm(IEnumerable<double> values, long p) => Math.Pow(values.Sum(v => Math.Pow(Math.Abs(v), p)), 1.0 / p);

    private static ReferenceTensor Global(ReferenceTensor x, Func<int, IEnumerable<double>, double> reduce)
    {
        int pixels = Shapes.Count(x.Dims[2..]);
        int[] dims = [x.Dims[0], x.Dims[1], .. Enumerable.Repeat(1, x.Rank - 2)];
        double[] y = Enumerable.Range(0, Shapes.Count(dims)).Select(i => reduce(i, x.Floats.Skip(i * pixels).Take(pixels))).ToArray();
        return ReferenceTensor.Float(dims, y, x.Type);
    }
}
