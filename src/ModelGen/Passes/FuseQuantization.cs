using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Dequantize -> operation -> Quantize becomes one operation on integers (docs/numerics.md). Looking back from each Quantize, it does not matter how
/// many others read the same quantized tensor.
/// </summary>
internal sealed class FuseQuantization : GraphRewriter
{
    private FuseQuantization(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new FuseQuantization(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (node.Operator is not Quantize { Parameters.IsPerTensor: true } quantize || !quantize.Target.IsByte()) return null;
        if (!Producers.TryGetValue(inputs[0]!, out Node? producer) || producer.Operator.Result is not null) return null;
        var result = new QuantizedResult(quantize.Target, quantize.Parameters, quantize.Range);
        string name = node.Output.Name;
        Value? fused = producer.Operator switch
        {
            Dequantize => Requantized(producer, result, name),
            Convolution or FullyConnected => Product(producer, result, name),
            Binary { Function: BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply } => OnIntegers(producer, result, name, 2),
            Pooling { Function: PoolingKind.Average } => OnIntegers(producer, result, name, 1),
            Reduction { Function: ReductionFunction.Mean } => OnIntegers(producer, result, name, 1),

            // A logarithm at run time has other last bits on other machines.
            Softmax { Logarithm: false } => OnIntegers(producer, result, name, 1),
            Unary => OnIntegers(producer, result, name, 1),
            Concatenate => OnIntegers(producer, result, name, producer.Inputs.Count),
            _ => null,
        };
        return fused is null ? null : [fused];
    }

    // Quantize(Dequantize(q)) is q where the parameters agree and nothing saturates, else a table.
    private Value? Requantized(Node producer, QuantizedResult result, string name)
    {
        if (Integers(producer.Output) is not { } integers) return null;
        return integers.Element == result.Element && integers.Type.Quantization!.Equals(result.Quantization) && IsWithin(integers, result)
            ? integers
            : Builder.Add(new Unary(UnaryFunction.Identity) { Result = result }, name, integers);
    }

    private bool IsWithin(Value integers, QuantizedResult result)
    {
        if (result.Range == IntegerRange.Of(result.Element)) return true;
        if (!Producers.TryGetValue(integers, out Node? producer)) return false;
        return (producer.Operator is Quantize quantize ? quantize.Range : producer.Operator.Result?.Range) == result.Range;
    }

    private Value? OnIntegers(Node producer, QuantizedResult result, string name, int operands)
    {
        Value?[] integers = producer.Inputs.Take(operands).Select(input => Integers(input!)).ToArray();
        if (integers.Any(value => value is null)) return null;
        return Builder.Add(producer.Operator with { Result = result }, name, integers);
    }

    private Value? Product(Node producer, QuantizedResult result, string name)
    {
        Value? x = Integers(producer.Input(0)), w = Weights(producer.Input(1));
        if (x is null || w is null) return null;
        Value? bias = null;
        if (producer.OptionalInput(2) is { } original)
        {
            bias = Bias(original, x.Type.Quantization!, w.Type.Quantization!, w.Shape[0]);
            if (bias is null) return null;
        }

        return Builder.Add(producer.Operator with { Result = result }, name, x, w, bias);
    }

    /// <summary>The 8-bit integers behind a dequantized value, with their quantization in their type; or <see langword="null"/>.</summary>
    private Value? Integers(Value value)
    {
        if (!Producers.TryGetValue(value, out Node? producer) || producer.Operator is not Dequantize { Parameters.IsPerTensor: true } dequantize) return null;
        Value integers = producer.Input(0);
        if (!integers.Element.IsByte()) return null;
        return dequantize.Parameters.Equals(integers.Type.Quantization) ? integers : Builder.Add(new AsQuantized(dequantize.Parameters), integers.Name + "/quantized", integers);
    }

    private Value? Weights(Value value)
    {
        if (!Producers.TryGetValue(value, out Node? producer) || producer.Operator is not Dequantize dequantize) return null;
        Value integers = producer.Input(0);
        if (integers.Constant is null || !integers.Element.IsByte() || (!dequantize.Parameters.IsPerTensor && dequantize.Parameters.Axis != 0)) return null;
        return Builder.Add(new AsQuantized(dequantize.Parameters), integers.Name, integers);
    }

    /// <summary>The bias in units of the sums, int32.</summary>
    private Value? Bias(Value value, Quantization x, Quantization w, int channels)
    {
        Node? producer = value.Constant is null && Producers.TryGetValue(value, out Node? found) ? found : null;
        Dequantize? dequantize = producer?.Operator as Dequantize;
        Tensor? constant = dequantize is null ? value.Constant : producer!.Input(0).Constant;
        if (constant is null || constant.Count != channels) return null;
        double Scale(int c) => (double)x.Scale * w.Scales[w.IsPerTensor ? 0 : c];

        Tensor real = dequantize is null ? constant : dequantize.Apply(constant);
        bool isInUnits = dequantize is not null && constant.Element == ElementType.Int32 && Enumerable.Range(0, channels).All(c =>
        {
            int index = dequantize.Parameters.IsPerTensor ? 0 : c;
            return dequantize.Parameters.ZeroPoints[index] == 0 && Math.Abs(dequantize.Parameters.Scales[index] / Scale(c) - 1) < 1e-5;
        });
        int[] units = Enumerable.Range(0, channels).Select(c => isInUnits
            ? (int)constant.GetLong(c)
            : (int)Math.Max(int.MinValue, Math.Min(int.MaxValue, Math.Round(real.GetDouble(c) / Scale(c), MidpointRounding.ToEven)))).ToArray();
        return GraphBuilder.Constant(value.Name, Tensor.From(ElementType.Int32, new Shape(channels), units));
    }
}
