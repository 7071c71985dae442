using System;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Emit.Kernels;

/// <summary>C# for functions of elements. Scalars are named <c>x</c>, <c>a</c>, <c>b</c>.</summary>
internal static class Expressions
{
    /// <summary>A unary function of the float (or double) <paramref name="x"/>.</summary>
    public static string Unary(UnaryFunction function, string x, float alpha, float beta, LayerScope scope, bool isDouble = false)
    {
        string math = isDouble ? "Math" : "MathF";
        string a = Literals.Float(alpha), b = Literals.Float(beta);
        return function switch
        {
            UnaryFunction.Identity => x,
            UnaryFunction.Negate => $"-{x}",
            UnaryFunction.Abs => $"Math.Abs({x})",
            UnaryFunction.Exp => $"{math}.Exp({x})",
            UnaryFunction.Log => $"{math}.Log({x})",
            UnaryFunction.Sqrt => $"{math}.Sqrt({x})",
            UnaryFunction.Reciprocal => $"1 / {x}",
            UnaryFunction.Floor => $"{math}.Floor({x})",
            UnaryFunction.Ceiling => $"{math}.Ceiling({x})",
            UnaryFunction.Round => $"{math}.Round({x}, MidpointRounding.ToEven)",
            UnaryFunction.Sign => $"{x} > 0 ? 1 : {x} < 0 ? -1 : {x}",
            UnaryFunction.Erf => $"{scope.Use(FunctionHelpers.Erf)}({x})",
            UnaryFunction.Sin or UnaryFunction.Cos or UnaryFunction.Tan or UnaryFunction.Asin or UnaryFunction.Acos or UnaryFunction.Atan or UnaryFunction.Sinh
                or UnaryFunction.Cosh or UnaryFunction.Asinh or UnaryFunction.Acosh or UnaryFunction.Atanh or UnaryFunction.Tanh =>
                    $"{math}.{function}({x})",
            UnaryFunction.Sigmoid => $"1 / (1 + {math}.Exp(-{x}))",
            UnaryFunction.HardSigmoid => $"Math.Max(0, Math.Min(1, {a} * {x} + {b}))",
            UnaryFunction.HardSwish => $"{x} * Math.Max(0, Math.Min(1, {x} / 6 + 0.5f))",
            UnaryFunction.Softplus => $"Math.Max({x}, 0) + {math}.Log(1 + {math}.Exp(-Math.Abs({x})))",
            UnaryFunction.Softsign => $"{x} / (1 + Math.Abs({x}))",
            UnaryFunction.Elu => $"{x} < 0 ? {a} * ({math}.Exp({x}) - 1) : {x}",
            UnaryFunction.Selu => $"{b} * ({x} > 0 ? {x} : {a} * {math}.Exp({x}) - {a})",
            UnaryFunction.Celu => $"Math.Max(0, {x}) + Math.Min(0, {a} * ({math}.Exp({x} / {a}) - 1))",
            UnaryFunction.LeakyRelu => $"{x} < 0 ? {a} * {x} : {x}",
            UnaryFunction.ThresholdedRelu => $"{x} > {a} ? {x} : 0",
            UnaryFunction.Gelu => $"0.5f * {x} * (1 + {scope.Use(FunctionHelpers.Erf)}({x} * 0.70710678f))",
            UnaryFunction.GeluTanh => $"0.5f * {x} * (1 + {math}.Tanh(0.79788456f * ({x} + 0.044715f * {x} * {x} * {x})))",
            UnaryFunction.Mish => $"{x} * {math}.Tanh(Math.Max({x}, 0) + {math}.Log(1 + {math}.Exp(-Math.Abs({x}))))",
            UnaryFunction.Swish => $"{x} / (1 + {math}.Exp(-{a} * {x}))",
            UnaryFunction.Shrink => $"{x} < -{b} ? {x} + {a} : {x} > {b} ? {x} - {a} : 0",
            UnaryFunction.Clip => $"{x} < {a} ? {a} : {x} > {b} ? {b} : {x}",
            UnaryFunction.IsNaN => $"{(isDouble ? "double" : "float")}.IsNaN({x})",
            UnaryFunction.IsInfinite when alpha == 0 && beta == 0 => "false",
            UnaryFunction.IsInfinite =>
                $"{(isDouble ? "double" : "float")}.Is{(alpha == 0 ? "Positive" : beta == 0 ? "Negative" : "")}Infinity({x})",
            _ => throw new ArgumentOutOfRangeException(nameof(function)),
        };
    }

    /// <summary>A unary function of an integer or boolean.</summary>
    public static string UnaryInteger(UnaryFunction function, string x, ElementType element) => function switch
    {
        UnaryFunction.Not => $"!{x}",
        UnaryFunction.Identity or UnaryFunction.Floor or UnaryFunction.Ceiling or UnaryFunction.Round => x,
        UnaryFunction.Abs when element.IsUnsigned() => x,
        UnaryFunction.Sign when element.IsUnsigned() => $"({element.Keyword()})({x} > 0 ? 1 : 0)",
        UnaryFunction.Negate => $"unchecked(({element.Keyword()})-{x})",

        // Math.Abs throws for the smallest number.
        UnaryFunction.Abs => $"unchecked(({element.Keyword()})({x} < 0 ? -{x} : {x}))",
        UnaryFunction.Sign => $"({element.Keyword()})Math.Sign({x})",
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>A binary function of two numbers of one type.</summary>
    public static string Binary(BinaryFunction function, string a, string b, ElementType element)
    {
        string cast = element is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.UInt16
            ? $"({element.Keyword()})" : "";
        string math = element == ElementType.Float32 ? "MathF" : "Math";
        bool isFloat = element.IsFloat();
        return function switch
        {
            BinaryFunction.Add => Narrow(cast, $"{a} + {b}"),
            BinaryFunction.Subtract => Narrow(cast, $"{a} - {b}"),
            BinaryFunction.Multiply => Narrow(cast, $"{a} * {b}"),
            BinaryFunction.Divide => Narrow(cast, $"{a} / {b}"),
            BinaryFunction.Power => isFloat ? $"{math}.Pow({a}, {b})" : $"({element.Keyword()})Math.Pow({a}, {b})",
            BinaryFunction.Minimum => $"Math.Min({a}, {b})",
            BinaryFunction.Maximum => $"Math.Max({a}, {b})",
            BinaryFunction.Modulo when isFloat => $"{a} - {b} * {math}.Floor({a} / {b})",

            // The remainder has the sign of the dividend; the sum with the divisor cannot overflow where the signs differ.
            BinaryFunction.Modulo when !element.IsUnsigned() => Narrow(cast, $"{a} % {b} + ({a} % {b} != 0 && ({a} ^ {b}) < 0 ? {b} : 0)"),
            BinaryFunction.Modulo => Narrow(cast, $"{a} % {b}"),
            BinaryFunction.FloatModulo => Narrow(cast, $"{a} % {b}"),
            BinaryFunction.PRelu => Narrow(cast, $"({a} < 0 ? {a} * {b} : {a})"),
            BinaryFunction.Equal => $"{a} == {b}",
            BinaryFunction.Less => $"{a} < {b}",
            BinaryFunction.LessOrEqual => $"{a} <= {b}",
            BinaryFunction.Greater => $"{a} > {b}",
            BinaryFunction.GreaterOrEqual => $"{a} >= {b}",
            BinaryFunction.And => $"{a} && {b}",
            BinaryFunction.Or => $"{a} || {b}",
            BinaryFunction.Xor => $"{a} ^ {b}",
            BinaryFunction.BitwiseAnd => Narrow(cast, $"{a} & {b}"),
            BinaryFunction.BitwiseOr => Narrow(cast, $"{a} | {b}"),
            BinaryFunction.BitwiseXor => Narrow(cast, $"{a} ^ {b}"),
            _ => throw new ArgumentOutOfRangeException(nameof(function)),
        };
    }

    /// <summary>Vector form of a binary function of floats, or <see langword="null"/> when there is none.</summary>
    public static string? BinaryVector(BinaryFunction function, string a, string b) => function switch
    {
        BinaryFunction.Add => $"{a} + {b}",
        BinaryFunction.Subtract => $"{a} - {b}",
        BinaryFunction.Multiply => $"{a} * {b}",
        BinaryFunction.Divide => $"{a} / {b}",
        BinaryFunction.PRelu => $"Vector.ConditionalSelect(Vector.LessThan({a}, Vector<float>.Zero), {a} * {b}, {a})",
        _ => null,
    };

    /// <summary>Vector form of a unary function of floats, or <see langword="null"/> when there is none.</summary>
    public static string? UnaryVector(UnaryFunction function, string x, float alpha, float beta)
    {
        string a = $"new Vector<float>({Literals.Float(alpha)})", b = $"new Vector<float>({Literals.Float(beta)})";
        return function switch
        {
            UnaryFunction.Identity => x,
            UnaryFunction.Negate => $"-{x}",
            UnaryFunction.Abs => $"Vector.Abs({x})",
            UnaryFunction.Sqrt => $"Vector.SquareRoot({x})",
            UnaryFunction.LeakyRelu => $"Vector.ConditionalSelect(Vector.LessThan({x}, Vector<float>.Zero), {x} * {a}, {x})",
            UnaryFunction.Clip => ClampVector(x, a, b, alpha, beta),
            _ => null,
        };
    }

    /// <summary>Vector form of a clamp that keeps NaN.</summary>
    public static string ClampVector(string x, string low, string high, float lowValue, float highValue)
    {
        string result = x;
        if (!float.IsNegativeInfinity(lowValue)) result = $"Vector.ConditionalSelect(Vector.LessThan({result}, {low}), {low}, {result})";
        if (!float.IsPositiveInfinity(highValue))
            result = $"Vector.ConditionalSelect(Vector.GreaterThan({result}, {high}), {high}, {result})";
        return result;
    }

    private static string Narrow(string cast, string expression) => cast.Length == 0 ? expression : $"unchecked({cast}({expression}))";
}
