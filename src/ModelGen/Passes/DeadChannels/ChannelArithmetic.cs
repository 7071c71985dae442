using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// What an operator that works channel by channel makes of channels that are one number each: integers exactly as docs/numerics.md says,
/// float32 within rounding.
/// </summary>
internal static class ChannelArithmetic
{
    /// <summary>The number that all elements of a channel of the result are, or <see langword="null"/> when they differ.</summary>
    /// <param name="node">The operation.</param>
    /// <param name="channel">Index along the channel axis.</param>
    /// <param name="axis">The channel axis of the result.</param>
    /// <param name="x">The numbers of the operands.</param>
    public static double? Apply(Node node, int channel, int axis, double[] x)
    {
        if (node.Operator is Pooling pooling && !IsUniform(pooling, node, x[0])) return null;
        if (node.Operator is TableLookup lookup) return Looked(lookup, node.Input(0).Element, channel, axis, (int)x[0]);
        if (node.Operator.Result is not null) return Requantized(node, x);
        if (node.Output.Element != ElementType.Float32) return Integer(node.Operator, x);
        if (Real(node, x) is not { } real) return null;
        Activation clamp = node.Operator.Activation;
        return Math.Max(clamp.Low, Math.Min(clamp.High, (float)real));
    }

    /// <summary>An integer as another quantization has it.</summary>
    public static double Requantized(Quantization from, double x, Operator @operator)
    {
        QuantizedResult result = @operator.Result!;
        (int low, int high) = Requantization.Range(result, @operator.Activation);
        float real = Dequantized(from, x);
        if (@operator is Unary unary) real = (float)UnaryFunctions.Evaluate(unary.Function, real, unary.Alpha, unary.Beta);
        int q = Quantize.Apply(real, result.Quantization.Scale, result.Quantization.ZeroPoint, result.Range);
        return new IntegerRange(low, high).Clamp(q);
    }

    private static double? Integer(Operator @operator, double[] x) => @operator switch
    {
        Quantize quantize => Quantize.Apply((float)x[0], quantize.Parameters.Scale, quantize.Parameters.ZeroPoint, quantize.Range),
        AsQuantized or Unary { Function: UnaryFunction.Identity } or Pooling { Function: PoolingKind.Max }
            or Reduction { Function: ReductionFunction.Maximum or ReductionFunction.Minimum } => x[0],
        Binary { Function: BinaryFunction.Maximum or BinaryFunction.Minimum } binary =>
            BinaryFunctions.Evaluate(binary.Function, x[0], x[1]),
        _ => null,
    };

    private static double? Real(Node node, double[] x) => node.Operator switch
    {
        Dequantize dequantize => Dequantized(dequantize.Parameters, x[0]),
        Unary unary => UnaryFunctions.Evaluate(unary.Function, x[0], unary.Alpha, unary.Beta),
        Binary binary => BinaryFunctions.Evaluate(binary.Function, x[0], x[1]),
        Reduction { Function: ReductionFunction.Sum } => x[0] * Reduced(node),
        Reduction or Pooling => x[0],
        _ => null,
    };

    private static double? Requantized(Node node, double[] x)
    {
        Operator @operator = node.Operator;
        Quantization to = @operator.Result!.Quantization;
        Quantization[] from = [.. node.Inputs.Select(input => input!.Type.Quantization!)];
        float Relative(int operand) => (float)x[operand] - from[operand].ZeroPoint;
        float Term(int operand, float divisor) => (float)(Relative(operand) * (from[operand].Scale / divisor));
        float? product = @operator switch
        {
            Binary { Function: BinaryFunction.Add } => (float)(Term(0, to.Scale) + Term(1, to.Scale)),
            Binary { Function: BinaryFunction.Subtract } => (float)(Term(0, to.Scale) - Term(1, to.Scale)),
            Binary { Function: BinaryFunction.Multiply } =>
                (float)((float)(Relative(0) * Relative(1)) * (float)((float)(from[0].Scale * from[1].Scale) / to.Scale)),
            QuantizedSum sum => Sum(sum, operand => Term(operand, (float)(to.Scale * sum.Divisor))),
            Pooling pooling => Mean(pooling.Window.Kernel.Aggregate(1, (a, b) => a * b)),
            Reduction { Function: ReductionFunction.Mean } => Mean(Reduced(node)),
            Reduction { Function: ReductionFunction.Sum } => (float)(Relative(0) * Reduced(node)) * (float)(from[0].Scale / to.Scale),
            _ => null,
        };
        if (product is { } real) return Requantization.For(@operator, []).Apply(real);
        return @operator is Unary ? Requantized(from[0], x[0], @operator) : null;

        float Mean(int count) => (float)(Relative(0) * count) * (float)(from[0].Scale / (float)(to.Scale * count));
    }

    private static float Sum(QuantizedSum sum, Func<int, float> term)
    {
        float total = term(0);
        if (sum.Negative[0]) total = -total;
        for (int i = 1; i < sum.Negative.Count; i++) total = (float)(sum.Negative[i] ? total - term(i) : total + term(i));
        return total;
    }

    private static double? Looked(TableLookup lookup, ElementType input, int channel, int axis, int q)
    {
        if (lookup.Axis >= 0 && lookup.Axis != axis) return null;
        byte entry = lookup.Table[(lookup.Axis < 0 ? 0 : channel * 256) + (input.IsUnsigned() ? q : unchecked((byte)q))];
        (int low, int high) = Requantization.Range(lookup.Result!, lookup.Activation);
        return new IntegerRange(low, high).Clamp(lookup.Result!.Element.IsUnsigned() ? entry : unchecked((sbyte)entry));
    }

    // Where windows reach outside, an average has fewer terms, or zeros, and a maximum may have none.
    private static bool IsUniform(Pooling pooling, Node node, double x)
    {
        Window window = pooling.Window;
        bool isInside = window.IsUnpadded && !pooling.Ceiling;
        if (isInside || pooling.Function == PoolingKind.Average)
            return isInside || x == (node.Input(0).Type.Quantization?.ZeroPoint ?? 0);
        return window.Dilations.All(dilation => dilation == 1) && Enumerable.Range(0, window.Rank).All(axis =>
            Math.Max(window.PadsBegin[axis], window.PadsEnd[axis]) < window.Kernel[axis]);
    }

    private static int Reduced(Node node)
    {
        Shape shape = node.Input(0).Shape;
        return ((Reduction)node.Operator).Axes.Aggregate(1, (count, axis) => count * shape[axis]);
    }

    private static float Dequantized(Quantization from, double q) => (float)((float)(q - from.ZeroPoint) * from.Scale);
}
