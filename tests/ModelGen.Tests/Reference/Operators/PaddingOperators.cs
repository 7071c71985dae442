using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Pad in all modes.</summary>
internal static class PaddingOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table) => table["Pad"] = node => [Pad(node)];

    private static ReferenceTensor Pad(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        string mode = node.Text("mode", "constant");
        // Attributes before opset 11, inputs since; opset 18 added axes.
        long[] pads = node.IntsOrInput("pads", 1) ?? throw node.NotSupported("no pads");
        double value = node.Optional(2)?.AsDoubles()[0] ?? node.Float("value", 0);
        int[] axes = node.Optional(3)?.Integers.Select(a => Shapes.Axis(a, x.Rank)).ToArray() ?? Enumerable.Range(0, x.Rank).ToArray();
        int[] begin = new int[x.Rank];
        int[] dims = (int[])x.Dims.Clone();
        for (int i = 0; i < axes.Length; i++)
        {
            begin[axes[i]] = (int)pads[i];
            dims[axes[i]] += (int)(pads[i] + pads[axes.Length + i]);
        }

        int[] strides = Shapes.Strides(x.Dims);
        return x.Select(dims, Shapes.Map(dims, at =>
        {
            int offset = 0;
            for (int d = 0; d < x.Rank; d++)
            {
                int inside = Inside(at[d] - begin[d], x.Dims[d], mode);
                if (inside < 0) return -1;
                offset += inside * strides[d];
            }

            return offset;
        }), value);
    }

    private static int Inside(int at, int length, string mode)
    {
        if (at >= 0 && at < length) return at;
        switch (mode)
        {
            case "constant":
                return -1;
            case "edge":
                return Math.Clamp(at, 0, length - 1);
            case "wrap":
                return ((at % length) + length) % length;
            case "reflect":
                // Mirrored without repeating the edge: a triangle wave of period 2 (length - 1).
                if (length == 1) return 0;
                int period = 2 * (length - 1);
                int phase = ((at % period) + period) % period;
                return phase < length ? phase : period - phase;
            default:
                throw new NotSupportedException($"Pad mode {mode} is not supported by the reference.");
        }
    }
}
