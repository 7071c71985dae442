using System;
using System.Collections.Generic;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Mathematical functions of one element.</summary>
internal static class UnaryOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        Add(table, "Neg", x => -x, x => -x);
        Add(table, "Abs", Math.Abs, Math.Abs);
        Add(table, "Sign", x => double.IsNaN(x) ? x : Math.Sign(x), x => Math.Sign(x));
        Add(table, "Exp", Math.Exp);
        Add(table, "Log", Math.Log);
        Add(table, "Sqrt", Math.Sqrt);
        Add(table, "Reciprocal", x => 1 / x);
        Add(table, "Floor", Math.Floor);
        Add(table, "Ceil", Math.Ceiling);
        Add(table, "Round", x => Math.Round(x, MidpointRounding.ToEven));
        Add(table, "Sin", Math.Sin);
        Add(table, "Cos", Math.Cos);
        Add(table, "Tan", Math.Tan);
        Add(table, "Asin", Math.Asin);
        Add(table, "Acos", Math.Acos);
        Add(table, "Atan", Math.Atan);
        Add(table, "Sinh", Math.Sinh);
        Add(table, "Cosh", Math.Cosh);
        Add(table, "Tanh", Math.Tanh);
        Add(table, "Asinh", Math.Asinh);
        Add(table, "Acosh", Math.Acosh);
        Add(table, "Atanh", Math.Atanh);
        Add(table, "Erf", ErrorFunction.Erf);
        table["IsNaN"] = node => [ReferenceTensor.Bool(node[0].Dims, Array.ConvertAll(node[0].Floats, double.IsNaN))];
        table["IsInf"] = IsInf;
    }

    private static void Add(IDictionary<string, ReferenceOperator> table, string name, Func<double, double> f, Func<long, long>? g = null)
        => table[name] = node =>
        {
            ReferenceTensor x = node[0];
            if (x.IsFloat) return [ReferenceTensor.Float(x.Dims, Array.ConvertAll(x.Floats, v => f(v)), x.Type)];
            if (g == null) throw node.NotSupported($"type {x.Type}");
            return [ReferenceTensor.Integer(x.Type, x.Dims, Array.ConvertAll(x.Integers, v => x.Type.Wrap(g(v))))];
        };

    private static ReferenceTensor[] IsInf(OperatorContext node)
    {
        bool positive = node.Int("detect_positive", 1) != 0;
        bool negative = node.Int("detect_negative", 1) != 0;
        bool[] result = Array.ConvertAll(
            node[0].Floats, x => (positive && double.IsPositiveInfinity(x)) || (negative && double.IsNegativeInfinity(x)));
        return [ReferenceTensor.Bool(node[0].Dims, result)];
    }
}
