using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Arithmetic on two or more values with broadcasting.</summary>
internal static class ArithmeticOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Add"] = node => [Binary(node[0], node[1], (a, b) => a + b, (a, b) => a + b, Add)];
        table["Sub"] = node => [Binary(node[0], node[1], (a, b) => a - b, (a, b) => a - b, Subtract)];
        table["Mul"] = node => [Binary(node[0], node[1], (a, b) => a * b, (a, b) => a * b, Multiply)];
        table["Div"] = node => [Divide(node)];
        table["Mod"] = node => [Modulo(node)];
        table["Pow"] = node => [Power(node)];
        table["Max"] = node => [Many(node, Math.Max, Math.Max)];
        table["Min"] = node => [Many(node, Math.Min, Math.Min)];
        table["Sum"] = node => [Many(node, (a, b) => a + b, (a, b) => a + b, Add)];
        table["Mean"] = node => [Mean(node)];
        table["BitwiseAnd"] = node => [Binary(node[0], node[1], NotFloat, (a, b) => a & b)];
        table["BitwiseOr"] = node => [Binary(node[0], node[1], NotFloat, (a, b) => a | b)];
        table["BitwiseXor"] = node => [Binary(node[0], node[1], NotFloat, (a, b) => a ^ b)];
        table["BitwiseNot"] = node => [Complement(node[0])];
    }

    private static ReferenceTensor Complement(ReferenceTensor x)
        => ReferenceTensor.Integer(x.Type, x.Dims, Array.ConvertAll(x.Integers, a => x.Type.Wrap(~a)));

    private static double NotFloat(double a, double b) => throw new NotSupportedException("Bits of floats.");

    private static ReferenceTensor Binary(
        ReferenceTensor a,
        ReferenceTensor b,
        Func<double, double, double> floats,
        Func<long, long, long> integers,
        Func<ReferenceTensor, ReferenceTensor, IntegerOrigin?>? origin = null)
    {
        int[] dims = Shapes.Broadcast(a.Dims, b.Dims);
        ReferenceTensor left = Expand(a, dims);
        ReferenceTensor right = Expand(b, dims);
        return a.IsFloat
            ? ReferenceTensor.Float(dims, () => left.Floats.Zip(right.Floats, floats).ToArray(), origin?.Invoke(left, right), a.Type)
            : ReferenceTensor.Integer(a.Type, dims, left.Integers.Zip(right.Integers, (x, y) => a.Type.Wrap(integers(x, y))).ToArray());
    }

    private static ReferenceTensor Expand(ReferenceTensor x, int[] dims)
    {
        ReferenceTensor expanded = Shapes.Expand(x, dims);
        expanded.IsConstant = x.IsConstant;
        return expanded;
    }

    private static IntegerOrigin? Add(ReferenceTensor a, ReferenceTensor b) => (a.Origin, b.Origin) switch
    {
        (QuantizedElements p, QuantizedElements q) => ScaledSum.Of(p, q, isNegative: false),
        (ScaledSum { IsDivided: false } sum, QuantizedElements q) => sum.With(q, isNegative: false),
        (QuantizedElements p, ScaledSum { IsDivided: false } sum) => sum.With(p, isNegative: false),
        // MatMul followed by Add is how writers spell a matrix product with bias.
        (Accumulators left, _) => IntegerProducts.AddBias(left, b),
        (_, Accumulators right) => IntegerProducts.AddBias(right, a),
        _ => null,
    };

    private static IntegerOrigin? Subtract(ReferenceTensor a, ReferenceTensor b) => (a.Origin, b.Origin) switch
    {
        (QuantizedElements p, QuantizedElements q) => ScaledSum.Of(p, q, isNegative: true),
        (ScaledSum { IsDivided: false } sum, QuantizedElements q) => sum.With(q, isNegative: true),
        (Accumulators left, _) => IntegerProducts.AddBias(left, b, -1),
        _ => null,
    };

    private static Accumulators? Multiply(ReferenceTensor a, ReferenceTensor b)
        => a.Origin is QuantizedElements p && b.Origin is QuantizedElements q
            ? IntegerProducts.Create(p.Centred.Zip(q.Centred, (x, y) => x * y).ToArray(), p.Scale, q.Scale, null, null)
            : null;

    private static ReferenceTensor Divide(OperatorContext node) => Binary(
        node[0],
        node[1],
        (a, b) => a / b,
        (a, b) => node[0].Type == DataType.UInt64 ? (long)((ulong)a / (ulong)b) : a / b,
        (a, b) => a.Origin is ScaledSum { IsDivided: false } sum && node[1].IsConstant && node[1].Count == 1 && b.Floats[0] > 0
            ? sum.DividedBy((float)b.Floats[0]) : null);

    private static ReferenceTensor Modulo(OperatorContext node)
    {
        bool truncated = node.Int("fmod", 0) != 0;
        if (node[0].Type == DataType.UInt64) return Binary(node[0], node[1], (a, _) => a, (a, b) => (long)((ulong)a % (ulong)b));
        // fmod takes the sign of the dividend (as C), the other form that of the divisor (as Python).
        return truncated
            ? Binary(node[0], node[1], (a, b) => a % b, (a, b) => a % b)
            : Binary(node[0], node[1], (a, b) => a - Math.Floor(a / b) * b, (a, b) => ((a % b) + b) % b);
    }

    private static ReferenceTensor Power(OperatorContext node)
    {
        int[] dims = Shapes.Broadcast(node[0].Dims, node[1].Dims);
        DataType type = node[0].Type;
        double[] y = Shapes.Expand(node[0], dims).AsDoubles().Zip(Shapes.Expand(node[1], dims).AsDoubles(), Math.Pow).ToArray();
        return type.IsFloat() ? ReferenceTensor.Float(dims, y, type)
            : ReferenceTensor.Integer(type, dims, Array.ConvertAll(y, v => type.Wrap((long)v)));
    }

    private static ReferenceTensor Many(
        OperatorContext node,
        Func<double, double, double> floats,
        Func<long, long, long> integers,
        Func<ReferenceTensor, ReferenceTensor, IntegerOrigin?>? origin = null)
    {
        ReferenceTensor result = node[0];
        for (int i = 1; i < node.InputCount; i++) result = Binary(result, node[i], floats, integers, origin);
        return result;
    }

    private static ReferenceTensor Mean(OperatorContext node)
    {
        ReferenceTensor sum = Many(node, (a, b) => a + b, (a, b) => a + b, Add);
        IntegerOrigin? origin = (sum.Origin as ScaledSum)?.DividedBy(node.InputCount);
        return ReferenceTensor.Float(sum.Dims, () => Array.ConvertAll(sum.Floats, v => v / node.InputCount), origin, sum.Type);
    }
}
