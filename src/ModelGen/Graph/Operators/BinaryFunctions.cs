using System;

namespace ModelGen.Graph.Operators;

/// <summary>Evaluation of <see cref="BinaryFunction"/> at build time.</summary>
public static class BinaryFunctions
{
    /// <summary>Whether the result is boolean.</summary>
    public static bool IsComparison(BinaryFunction function) => function is >= BinaryFunction.Equal and <= BinaryFunction.Xor;

    /// <summary>Evaluates on real numbers, in double precision.</summary>
    public static double Evaluate(BinaryFunction function, double a, double b) => function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,
        BinaryFunction.Divide => a / b,
        BinaryFunction.Power => Math.Pow(a, b),
        BinaryFunction.Minimum => Math.Min(a, b),
        BinaryFunction.Maximum => Math.Max(a, b),
        BinaryFunction.Modulo => a - b * Math.Floor(a / b),
        BinaryFunction.FloatModulo => a % b,
        BinaryFunction.PRelu => a < 0 ? a * b : a,
        _ => Compare(function, a < b, a == b, a > b) ? 1 : 0,
    };

    /// <summary>Evaluates on signed integers, and on unsigned ones that fit. Division by zero, which ONNX leaves open, gives 0.</summary>
    public static long Evaluate(BinaryFunction function, long a, long b) => unchecked(function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Subtract => a - b,
        BinaryFunction.Multiply => a * b,

        // The processor traps when the smallest number is divided by -1.
        BinaryFunction.Divide => b == 0 ? 0 : b == -1 ? -a : a / b,
        BinaryFunction.Minimum => Math.Min(a, b),
        BinaryFunction.Maximum => Math.Max(a, b),
        BinaryFunction.Modulo => b is 0 or -1 ? 0 : a % b + (a % b != 0 && (a ^ b) < 0 ? b : 0),
        BinaryFunction.FloatModulo => b is 0 or -1 ? 0 : a % b,
        BinaryFunction.PRelu => a < 0 ? a * b : a,
        BinaryFunction.And => a & b,
        BinaryFunction.Or => a | b,
        BinaryFunction.Xor => a ^ b,
        BinaryFunction.BitwiseAnd => a & b,
        BinaryFunction.BitwiseOr => a | b,
        BinaryFunction.BitwiseXor => a ^ b,
        _ => Compare(function, a < b, a == b, a > b) ? 1 : 0,
    });

    /// <summary>Evaluates on 64-bit unsigned integers where that differs from signed ones.</summary>
    public static ulong Evaluate(BinaryFunction function, ulong a, ulong b) => function switch
    {
        BinaryFunction.Divide => b == 0 ? 0 : a / b,
        BinaryFunction.Minimum => Math.Min(a, b),
        BinaryFunction.Maximum => Math.Max(a, b),
        BinaryFunction.Modulo or BinaryFunction.FloatModulo => b == 0 ? 0 : a % b,
        BinaryFunction.PRelu => a,
        _ when IsComparison(function) => Compare(function, a < b, a == b, a > b) ? 1u : 0u,
        _ => unchecked((ulong)Evaluate(function, (long)a, (long)b)),
    };

    // A number that is not one is neither less, equal nor greater (IEEE 754).
    private static bool Compare(BinaryFunction function, bool less, bool equal, bool greater) => function switch
    {
        BinaryFunction.Equal => equal,
        BinaryFunction.Less => less,
        BinaryFunction.LessOrEqual => less || equal,
        BinaryFunction.Greater => greater,
        BinaryFunction.GreaterOrEqual => greater || equal,
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };
}
