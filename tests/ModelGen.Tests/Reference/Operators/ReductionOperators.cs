using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Reduce*, ArgMax, ArgMin, CumSum.</summary>
internal static class ReductionOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["ReduceSum"] = node => [ReduceSum(node)];
        table["ReduceMean"] = node => [ReduceMean(node)];
        table["ReduceMax"] = node => [Reduce(node, v => v.Max(), v => v.Max())];
        table["ReduceMin"] = node => [Reduce(node, v => v.Min(), v => v.Min())];
        table["ReduceProd"] = node => [Reduce(node, v => v.Aggregate(1.0, (p, x) => p * x), v => v.Aggregate(1L, (p, x) => p * x))];
        table["ReduceL1"] = node => [Reduce(node, v => v.Sum(Math.Abs), v => v.Sum(Math.Abs))];
        table["ReduceL2"] = node => [Reduce(node, v => Math.Sqrt(v.Sum(x => x * x)), v => (long)Math.Sqrt(v.Sum(x => x * x)))];
        table["ReduceSumSquare"] = node => [Reduce(node, v => v.Sum(x => x * x), v => v.Sum(x => x * x))];
        table["ReduceLogSum"] = node => [Reduce(node, v => Math.Log(v.Sum()), null)];
        table["ReduceLogSumExp"] = node => [Reduce(node, LogSumExp, null)];
        table["ArgMax"] = node => [ArgMax(node, (candidate, best) => candidate > best)];
        table["ArgMin"] = node => [ArgMax(node, (candidate, best) => candidate < best)];
        table["CumSum"] = node => [CumSum(node)];
    }

    /// <summary>The mean, with its exact integer sum where the input is quantized.</summary>
    public static ReferenceTensor Mean(ReferenceTensor x, int[] axes, bool keepDims)
    {
        (int[] dims, List<int>[] groups) = Group(x.Dims, axes, keepDims);
        IntegerMean? origin = SumOrigin(x, groups, Array.ConvertAll(groups, g => g.Count));
        return ReferenceTensor.Float(dims, () => Array.ConvertAll(groups, g => g.Sum(i => x.Floats[i]) / g.Count), origin, x.Type);
    }

    private static ReferenceTensor ReduceSum(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        if (!x.IsFloat) return Reduce(node, null!, v => v.Sum());
        if (Axes(node) is not { } axes) return x;
        (int[] dims, List<int>[] groups) = Group(x.Dims, axes, node.Int("keepdims", 1) != 0);
        // A mean over one.
        IntegerMean? origin = SumOrigin(x, groups, Array.ConvertAll(groups, _ => 1));
        return ReferenceTensor.Float(dims, () => Array.ConvertAll(groups, g => g.Sum(i => x.Floats[i])), origin, x.Type);
    }

    private static IntegerMean? SumOrigin(ReferenceTensor x, List<int>[] groups, int[] counts)
    {
        if (x.Origin is not QuantizedElements elements || elements.CommonScale() is not { } scale) return null;
        return new IntegerMean(Array.ConvertAll(groups, g => g.Sum(i => elements.Centred[i])), counts,
            Enumerable.Repeat(scale, groups.Length).ToArray());
    }

    private static ReferenceTensor ReduceMean(OperatorContext node)
    {
        if (!node[0].IsFloat) return Reduce(node, null!, v => v.Sum() / v.Count());
        return Axes(node) is { } axes ? Mean(node[0], axes, node.Int("keepdims", 1) != 0) : node[0];
    }

    private static ReferenceTensor Reduce(OperatorContext node,
        Func<IEnumerable<double>, double> floats, Func<IEnumerable<long>, long>? integers)
    {
        ReferenceTensor x = node[0];
        if (Axes(node) is not { } axes) return x;
        (int[] dims, List<int>[] groups) = Group(x.Dims, axes, node.Int("keepdims", 1) != 0);
        if (x.IsFloat) return ReferenceTensor.Float(dims, Array.ConvertAll(groups, g => floats(g.Select(i => x.Floats[i]))), x.Type);
        if (integers == null) throw node.NotSupported($"type {x.Type}");
        return ReferenceTensor.Integer(x.Type, dims, Array.ConvertAll(groups, g => x.Type.Wrap(integers(g.Select(i => x.Integers[i])))));
    }

    /// <summary>Axes of the attribute, or of the second input (ReduceSum since opset 13, the others since 18); null: nothing to
    /// do.</summary>
    private static int[]? Axes(OperatorContext node)
    {
        int rank = node[0].Rank;
        long[] axes = node.IntsOrInput("axes", 1) ?? [];
        if (axes.Length == 0) return node.Int("noop_with_empty_axes", 0) != 0 ? null : Enumerable.Range(0, rank).ToArray();
        return Array.ConvertAll(axes, a => Shapes.Axis(a, rank));
    }

    /// <summary>For each output element the indices of the inputs that it is made of.</summary>
    private static (int[] Dims, List<int>[] Groups) Group(int[] dims, int[] axes, bool keepDims)
    {
        int[] kept = dims.Select((d, i) => axes.Contains(i) ? 1 : d).ToArray();
        int[] strides = Shapes.Strides(kept);
        for (int i = 0; i < strides.Length; i++) if (axes.Contains(i)) strides[i] = 0;
        List<int>[] groups = Enumerable.Range(0, Shapes.Count(kept)).Select(_ => new List<int>()).ToArray();
        int n = 0;
        foreach (int[] at in Shapes.Coordinates(dims)) groups[Shapes.Offset(at, strides)].Add(n++);
        return (keepDims ? kept : kept.Where((_, i) => !axes.Contains(i)).ToArray(), groups);
    }

    private static double LogSumExp(IEnumerable<double> values)
    {
        double largest = values.Max();
        return largest + Math.Log(values.Sum(v => Math.Exp(v - largest)));
    }

    private static ReferenceTensor ArgMax(OperatorContext node, Func<double, double, bool> better)
    {
        ReferenceTensor x = node[0];
        int axis = Shapes.Axis(node.Int("axis", 0), x.Rank);
        bool last = node.Int("select_last_index", 0) != 0;
        double[] values = x.AsDoubles();
        (int[] dims, List<int>[] groups) = Group(x.Dims, [axis], node.Int("keepdims", 1) != 0);
        return ReferenceTensor.Integer(DataType.Int64, dims, Array.ConvertAll(groups, g =>
        {
            long best = 0;
            for (int i = 1; i < g.Count; i++)
            {
                double candidate = values[g[i]];
                double current = values[g[(int)best]];
                if (better(candidate, current) || (last && candidate == current)) best = i;
            }

            return best;
        }));
    }

    private static ReferenceTensor CumSum(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        (_, int length, int inner) = Shapes.Around(x.Dims, Shapes.Axis(node[1].Integers[0], x.Rank));
        bool exclusive = node.Int("exclusive", 0) != 0;
        bool reverse = node.Int("reverse", 0) != 0;
        double[] values = x.AsDoubles();
        double[] y = new double[x.Count];
        for (int i = 0; i < y.Length; i++)
        {
            int at = i / inner % length;
            for (int j = 0; j < length; j++)
            {
                bool counts = reverse ? j > at : j < at;
                if (counts || (!exclusive && j == at)) y[i] += values[i + (j - at) * inner];
            }
        }

        return x.IsFloat ? ReferenceTensor.Float(x.Dims, y, x.Type)
            : ReferenceTensor.Integer(x.Type, x.Dims, Array.ConvertAll(y, v => (long)v));
    }
}
