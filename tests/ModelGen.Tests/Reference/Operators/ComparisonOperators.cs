using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Comparisons, logic, Where.</summary>
internal static class ComparisonOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Equal"] = node => Compare(node, sign => sign == 0);
        table["Less"] = node => Compare(node, sign => sign < 0);
        table["LessOrEqual"] = node => Compare(node, sign => sign <= 0);
        table["Greater"] = node => Compare(node, sign => sign > 0);
        table["GreaterOrEqual"] = node => Compare(node, sign => sign >= 0);
        table["And"] = node => Logic(node, (a, b) => a && b);
        table["Or"] = node => Logic(node, (a, b) => a || b);
        table["Xor"] = node => Logic(node, (a, b) => a != b);
        table["Not"] = node => [ReferenceTensor.Bool(node[0].Dims, Array.ConvertAll(node[0].Integers, a => a == 0))];
        table["Where"] = Where;
    }

    private static ReferenceTensor[] Compare(OperatorContext node, Func<int, bool> holds)
    {
        int[] dims = Shapes.Broadcast(node[0].Dims, node[1].Dims);
        ReferenceTensor a = Shapes.Expand(node[0], dims);
        ReferenceTensor b = Shapes.Expand(node[1], dims);
        bool[] result = new bool[a.Count];
        for (int i = 0; i < result.Length; i++)
        {
            // Nothing is less than, equal to or greater than a NaN.
            bool ordered = !a.IsFloat || !(double.IsNaN(a.Floats[i]) || double.IsNaN(b.Floats[i]));
            int sign = a.IsFloat ? a.Floats[i].CompareTo(b.Floats[i])
                : a.Type == DataType.UInt64 ? ((ulong)a.Integers[i]).CompareTo((ulong)b.Integers[i])
                : a.Integers[i].CompareTo(b.Integers[i]);
            result[i] = ordered && holds(sign);
        }

        return [ReferenceTensor.Bool(dims, result)];
    }

    private static ReferenceTensor[] Logic(OperatorContext node, Func<bool, bool, bool> f)
    {
        int[] dims = Shapes.Broadcast(node[0].Dims, node[1].Dims);
        long[] a = Shapes.Expand(node[0], dims).Integers;
        long[] b = Shapes.Expand(node[1], dims).Integers;
        return [ReferenceTensor.Bool(dims, a.Zip(b, (x, y) => f(x != 0, y != 0)).ToArray())];
    }

    private static ReferenceTensor[] Where(OperatorContext node)
    {
        int[] dims = Shapes.Broadcast(node[0].Dims, node[1].Dims, node[2].Dims);
        long[] condition = Shapes.Expand(node[0], dims).Integers;
        ReferenceTensor a = Shapes.Expand(node[1], dims);
        ReferenceTensor b = Shapes.Expand(node[2], dims);
        return a.IsFloat
            ? [ReferenceTensor.Float(dims, condition.Select((c, i) => c != 0 ? a.Floats[i] : b.Floats[i]).ToArray(), a.Type)]
            : [ReferenceTensor.Integer(a.Type, dims, condition.Select((c, i) => c != 0 ? a.Integers[i] : b.Integers[i]).ToArray())];
    }
}
