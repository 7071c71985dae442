using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Activation functions.</summary>
internal static class ActivationOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Relu"] = node => [Clip(node[0], 0, double.PositiveInfinity)];
        table["Clip"] = node => [Clip(node)];
        table["LeakyRelu"] = node => Map(node, (x, alpha, _) => x < 0 ? alpha * x : x, alpha: 0.01f);
        table["Elu"] = node => Map(node, (x, alpha, _) => x < 0 ? alpha * (Math.Exp(x) - 1) : x, alpha: 1);
        table["Celu"] = node => Map(node, (x, alpha, _) => Math.Max(0, x) + Math.Min(0, alpha * (Math.Exp(x / alpha) - 1)), alpha: 1);
        table["ThresholdedRelu"] = node => Map(node, (x, alpha, _) => x > alpha ? x : 0, alpha: 1);
        table["HardSigmoid"] = node => Map(node, HardSigmoid, alpha: 0.2f, beta: 0.5f);
        table["HardSwish"] = node => Map(node, (x, _, _) => x * HardSigmoid(x, 1.0 / 6, 0.5));
        table["Sigmoid"] = node => Map(node, (x, _, _) => Sigmoid(x));
        table["Softplus"] = node => Map(node, (x, _, _) => Softplus(x));
        table["Softsign"] = node => Map(node, (x, _, _) => x / (1 + Math.Abs(x)));
        table["Mish"] = node => Map(node, (x, _, _) => x * Math.Tanh(Softplus(x)));
        table["Swish"] = node => Map(node, (x, alpha, _) => x * Sigmoid(alpha * x), alpha: 1);
        table["Selu"] = node => [Selu(node)];
        table["Shrink"] = node => [Shrink(node)];
        table["Gelu"] = node => [Gelu(node)];
        table["PRelu"] = node => [PRelu(node)];
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    public static double HardSigmoid(double x, double alpha, double beta) => Math.Clamp(alpha * x + beta, 0, 1);

    private static ReferenceTensor[] Map(OperatorContext node, Func<double, double, double, double> f, double alpha = 0, double beta = 0)
    {
        alpha = node.Float("alpha", alpha);
        beta = node.Float("beta", beta);
        ReferenceTensor x = node[0];
        return [ReferenceTensor.Float(x.Dims, Array.ConvertAll(x.Floats, v => f(v, alpha, beta)), x.Type)];
    }

    private static ReferenceTensor Clip(OperatorContext node)
    {
        if (!node[0].IsFloat) return ClipIntegers(node[0], node.Optional(1)?.Integers[0], node.Optional(2)?.Integers[0]);
        // Attributes before opset 11, inputs since.
        double low = node.Optional(1)?.AsDoubles()[0] ?? node.Float("min", double.NegativeInfinity);
        double high = node.Optional(2)?.AsDoubles()[0] ?? node.Float("max", double.PositiveInfinity);
        return Clip(node[0], low, high);
    }

    private static ReferenceTensor ClipIntegers(ReferenceTensor x, long? low, long? high)
    {
        bool isUnsigned = x.Type == DataType.UInt64;
        return ReferenceTensor.Integer(x.Type, x.Dims, Array.ConvertAll(x.Integers, v =>
        {
            if (low is { } l && (isUnsigned ? (ulong)v < (ulong)l : v < l)) v = l;
            if (high is { } h && (isUnsigned ? (ulong)v > (ulong)h : v > h)) v = h;
            return v;
        }));
    }

    private static ReferenceTensor Clip(ReferenceTensor x, double low, double high)
    {
        if (!x.IsFloat)
            return ReferenceTensor.Integer(x.Type, x.Dims, Array.ConvertAll(x.Integers, v => (long)Math.Min(Math.Max(v, low), high)));
        IntegerOrigin? origin = x.Origin == null ? null : new ClippedOrigin(x.Origin, low, high);
        return ReferenceTensor.Float(x.Dims, () => Array.ConvertAll(x.Floats, v => Math.Min(Math.Max(v, low), high)), origin, x.Type);
    }

    private static ReferenceTensor Selu(OperatorContext node)
    {
        double alpha = node.Float("alpha", 1.67326319217681884765625);
        double gamma = node.Float("gamma", 1.05070102214813232421875);
        ReferenceTensor x = node[0];
        return ReferenceTensor.Float(x.Dims, Array.ConvertAll(x.Floats, v => gamma * (v > 0 ? v : alpha * (Math.Exp(v) - 1))), x.Type);
    }

    private static ReferenceTensor Shrink(OperatorContext node)
    {
        double lambda = node.Float("lambd", 0.5);
        double bias = node.Float("bias", 0);
        ReferenceTensor x = node[0];
        return ReferenceTensor.Float(x.Dims, Array.ConvertAll(x.Floats, v => v < -lambda ? v + bias : v > lambda ? v - bias : 0), x.Type);
    }

    private static ReferenceTensor Gelu(OperatorContext node)
    {
        bool tanh = node.Text("approximate", "none") == "tanh";
        ReferenceTensor x = node[0];
        return ReferenceTensor.Float(x.Dims, Array.ConvertAll(x.Floats, v => tanh
            ? 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))
            : 0.5 * v * (1 + ErrorFunction.Erf(v / Math.Sqrt(2)))), x.Type);
    }

    private static ReferenceTensor PRelu(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        ReferenceTensor slope = Shapes.Expand(node[1], x.Dims);
        return ReferenceTensor.Float(x.Dims, x.Floats.Zip(slope.Floats, (v, s) => v < 0 ? s * v : v).ToArray(), x.Type);
    }
}
