using System;

namespace ModelGen.Graph.Operators;

#pragma warning restore CS1591

/// <summary>Evaluation of <see cref="UnaryFunction"/> at build time; the emitted code has its own text for each in Emit.</summary>
public static class UnaryFunctions
{
    /// <summary>Evaluates on a real number, in double precision (ONNX operator definitions).</summary>
    public static double Evaluate(UnaryFunction function, double x, double alpha, double beta) => function switch
    {
        UnaryFunction.Identity => x,
        UnaryFunction.Negate => -x,
        UnaryFunction.Abs => Math.Abs(x),
        UnaryFunction.Exp => Math.Exp(x),
        UnaryFunction.Log => Math.Log(x),
        UnaryFunction.Sqrt => Math.Sqrt(x),
        UnaryFunction.Reciprocal => 1 / x,
        UnaryFunction.Floor => Math.Floor(x),
        UnaryFunction.Ceiling => Math.Ceiling(x),
        UnaryFunction.Round => Math.Round(x, MidpointRounding.ToEven),
        UnaryFunction.Sign => x > 0 ? 1 : x < 0 ? -1 : x,
        UnaryFunction.Erf => Erf(x),
        UnaryFunction.Sin => Math.Sin(x),
        UnaryFunction.Cos => Math.Cos(x),
        UnaryFunction.Tan => Math.Tan(x),
        UnaryFunction.Asin => Math.Asin(x),
        UnaryFunction.Acos => Math.Acos(x),
        UnaryFunction.Atan => Math.Atan(x),
        UnaryFunction.Sinh => Math.Sinh(x),
        UnaryFunction.Cosh => Math.Cosh(x),
        UnaryFunction.Asinh => x < 0 ? -Math.Log(-x + Math.Sqrt(x * x + 1)) : Math.Log(x + Math.Sqrt(x * x + 1)),
        UnaryFunction.Acosh => Math.Log(x + Math.Sqrt(x * x - 1)),
        UnaryFunction.Atanh => 0.5 * Math.Log((1 + x) / (1 - x)),
        UnaryFunction.Tanh => Math.Tanh(x),
        UnaryFunction.Sigmoid => Sigmoid(x),
        UnaryFunction.HardSigmoid => Clamp(alpha * x + beta, 0, 1),
        UnaryFunction.HardSwish => x * Clamp(x / 6 + 0.5, 0, 1),
        UnaryFunction.Softplus => Softplus(x),
        UnaryFunction.Softsign => x / (1 + Math.Abs(x)),
        UnaryFunction.Elu => x < 0 ? alpha * (Math.Exp(x) - 1) : x,
        UnaryFunction.Selu => beta * (x > 0 ? x : alpha * Math.Exp(x) - alpha),
        UnaryFunction.Celu => Math.Max(0, x) + Math.Min(0, alpha * (Math.Exp(x / alpha) - 1)),
        UnaryFunction.LeakyRelu => x < 0 ? alpha * x : x,
        UnaryFunction.ThresholdedRelu => x > alpha ? x : 0,
        UnaryFunction.Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        UnaryFunction.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        UnaryFunction.Mish => x * Math.Tanh(Softplus(x)),
        UnaryFunction.Swish => x * Sigmoid(alpha * x),
        UnaryFunction.Shrink => x < -beta ? x + alpha : x > beta ? x - alpha : 0,
        UnaryFunction.Clip => Clamp(x, alpha, beta),
        UnaryFunction.Not => x == 0 ? 1 : 0,
        UnaryFunction.IsNaN => double.IsNaN(x) ? 1 : 0,
        UnaryFunction.IsInfinite => (double.IsNegativeInfinity(x) && alpha != 0) || (double.IsPositiveInfinity(x) && beta != 0) ? 1 : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>Evaluates on an integer where the function stays within integers; otherwise <see langword="null"/>.</summary>
    public static long? EvaluateInteger(UnaryFunction function, long x, ElementType element) => function switch
    {
        UnaryFunction.Identity => x,
        UnaryFunction.Abs when element.IsUnsigned() => x,
        UnaryFunction.Sign when element.IsUnsigned() => x == 0 ? 0 : 1,
        UnaryFunction.Negate => unchecked(-x),
        UnaryFunction.Abs => x < 0 ? unchecked(-x) : x,
        UnaryFunction.Sign => Math.Sign(x),
        UnaryFunction.Not => x == 0 ? 1 : 0,
        UnaryFunction.Floor or UnaryFunction.Ceiling or UnaryFunction.Round => x,
        _ => null,
    };

    private static double Clamp(double x, double low, double high) => x < low ? low : x > high ? high : x;

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>Error function by series and continued fraction (Abramowitz and Stegun 7.1.5 and 7.1.14), to double precision.</summary>
    private static double Erf(double x)
    {
        double z = Math.Abs(x);
        if (double.IsNaN(x)) return x;
        if (z > 6) return Math.Sign(x);
        if (z < 2.5)
        {
            double term = z, sum = z;
            for (int n = 1; Math.Abs(term) > 1e-18 * sum && n < 200; n++)
            {
                term *= -z * z / n;
                sum += term / (2 * n + 1);
            }

            return Math.Sign(x) * sum * 2 / Math.Sqrt(Math.PI);
        }

        double fraction = 0;
        for (int n = 80; n > 0; n--) fraction = n / 2.0 / (z + fraction);
        return Math.Sign(x) * (1 - Math.Exp(-z * z) / (z + fraction) / Math.Sqrt(Math.PI));
    }
}
