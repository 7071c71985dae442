using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Dequantize -> operation -> Quantize becomes one operation on integers (docs/numerics.md). Looking back from each Quantize, it does not
/// matter how many others read the same quantized tensor. Relu, Clip and operators that only move elements may stand between: clamping
/// narrows the range of the result, and what is moved can be quantized before.
/// </summary>
internal sealed class FuseQuantization : GraphRewriter
{
    // Chains in real models are short; a hostile one must not exhaust the stack.
    private const int DeepestChain = 64;

    private readonly QuantizedOperands _operands;
    private readonly Dictionary<(Value Value, QuantizedResult Result, Activation Clamp), Value?> _fused = [];
    private int _depth;

    private FuseQuantization(ModelGraph graph)
        : base(graph) => _operands = new QuantizedOperands(Builder, Producers);

    public static ModelGraph Run(ModelGraph graph) => new FuseQuantization(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (node.Operator is not Quantize { Parameters.IsPerTensor: true } quantize || !quantize.Target.IsByte()) return null;
        Value? fused = Fuse(inputs[0]!, new QuantizedResult(quantize.Target, quantize.Parameters, quantize.Range), Activation.None,
            node.Output.Name);
        return fused is null ? null : [fused];
    }

    /// <summary>A value as quantized by one operation on integers, or <see langword="null"/>.</summary>
    /// <param name="value">The real numbers.</param>
    /// <param name="result">Their quantization.</param>
    /// <param name="clamp">Clamping between the value and its quantization.</param>
    /// <param name="name">Name of the result.</param>
    private Value? Fuse(Value value, QuantizedResult result, Activation clamp, string name)
    {
        if (_fused.TryGetValue((value, result, clamp), out Value? known)) return known;
        if (_depth == DeepestChain) return null;
        _depth++;
        Value? fused = FuseOnce(value, result, clamp, name);
        _depth--;
        return _fused[(value, result, clamp)] = fused;
    }

    private Value? FuseOnce(Value value, QuantizedResult result, Activation clamp, string name)
    {
        if (!Producers.TryGetValue(value, out Node? producer) || producer.Operator.Result is not null) return null;
        if (Combined(producer.Operator.Activation, clamp) is not { } both) return null;
        Value? fused = producer.Operator switch
        {
            Dequantize => Requantized(producer, result, both, name),
            Convolution or FullyConnected => Product(producer, null, false, result, both, name),
            MatrixMultiply => MatrixProduct(producer, result, both, name),
            Binary => OfTwo(producer, result, both, name),
            Pooling { Function: PoolingKind.Average } or Reduction { Function: ReductionFunction.Mean or ReductionFunction.Sum } =>
                OnIntegers(producer, result, both, name),
            // A logarithm at run time has other last bits on other machines.
            Softmax { Logarithm: false } when both.IsNone => OnIntegers(producer, result, both, name),
            Unary => OnIntegers(producer, result, both, name) ?? Clamped(producer, result, both, name),
            Concatenate => OnIntegers(producer, result, both, name) ?? Joined(producer, result, both, name),
            Reshape or Transpose or Expand or Pooling { Function: PoolingKind.Max } => Moved(producer, result, both, name),
            Slice or Gather when HasSingleUse(producer.Input(0)) => Moved(producer, result, both, name),
            _ => null,
        };
        return fused ?? Tabulated(value, result, both, name);
    }

    // Quantize(Dequantize(q)) is q where the parameters agree and nothing saturates, else a table.
    private Value? Requantized(Node producer, QuantizedResult result, Activation clamp, string name)
    {
        if (_operands.Integers(producer.Output) is not { } integers) return null;
        bool isSame = integers.Element == result.Element && integers.Type.Quantization!.Equals(result.Quantization) && clamp.IsNone;
        return isSame && IsWithin(integers, result)
            ? integers
            : Builder.Add(new Unary(UnaryFunction.Identity) { Result = result, Activation = clamp }, name, integers);
    }

    private bool IsWithin(Value integers, QuantizedResult result)
    {
        if (result.Range == IntegerRange.Of(result.Element)) return true;
        if (!Producers.TryGetValue(integers, out Node? producer)) return false;
        return (producer.Operator is Quantize quantize ? quantize.Range : producer.Operator.Result?.Range) == result.Range;
    }

    private Value? OnIntegers(Node producer, QuantizedResult result, Activation clamp, string name)
    {
        int operands = producer.Operator is Concatenate ? producer.Inputs.Count : producer.Operator is Binary ? 2 : 1;
        Value?[] integers = producer.Inputs.Take(operands).Select(input => _operands.Integers(input!)).ToArray();
        if (integers.Any(value => value is null)) return null;
        return Builder.Add(producer.Operator with { Result = result, Activation = clamp }, name, integers);
    }

    private Value? Clamped(Node producer, QuantizedResult result, Activation clamp, string name) =>
        producer.Operator is Unary { Function: UnaryFunction.Clip } clip
            && Combined(new Activation(clip.Alpha, clip.Beta), clamp) is { } both
            ? Fuse(producer.Input(0), result, both, name)
            : null;

    // Quantizing does not care about places, and keeps order: it can be done before elements are moved or the largest is chosen.
    private Value? Moved(Node producer, QuantizedResult result, Activation clamp, string name)
    {
        if (Fuse(producer.Input(0), result, clamp, name + "/before") is not { } integers) return null;
        return Builder.Add(producer.Operator with { Activation = Activation.None }, name, [integers, .. producer.Inputs.Skip(1)]);
    }

    private Value? Joined(Node producer, QuantizedResult result, Activation clamp, string name)
    {
        Value?[] parts = producer.Inputs.Select((input, i) => Fuse(input!, result, clamp, FormattableString.Invariant($"{name}/part{i}")))
            .ToArray();
        if (parts.All(part => part is null)) return null;
        return Builder.Add(producer.Operator, name,
            parts.Select((part, i) => part ?? Quantized(producer.Input(i), result, clamp, FormattableString.Invariant($"{name}/part{i}")))
                .ToArray());
    }

    private Value Quantized(Value value, QuantizedResult result, Activation clamp, string name)
    {
        if (!clamp.IsNone) value = Builder.Add(new Unary(UnaryFunction.Clip, clamp.Low, clamp.High), name + "/clamped", value);
        return Builder.Add(new Quantize(result.Element, result.Quantization, result.Range), name, value);
    }

    private Value? OfTwo(Node producer, QuantizedResult result, Activation clamp, string name) =>
        ((Binary)producer.Operator).Function switch
        {
            BinaryFunction.Add or BinaryFunction.Subtract =>
                OnIntegers(producer, result, clamp, name) ?? ProductWithSummand(producer, result, clamp, name)
                    ?? Sum(producer.Output, 1, result, clamp, name),
            BinaryFunction.Multiply => OnIntegers(producer, result, clamp, name),
            BinaryFunction.Divide when _operands.Constant(producer.Input(1)) is { Count: 1 } divisor
                && divisor.GetDouble(0) is > 0 and < float.MaxValue =>
                ClampsWithin(producer.Input(0)) ? null : Sum(producer.Input(0), (float)divisor.GetDouble(0), result, clamp, name),
            BinaryFunction.Maximum or BinaryFunction.Minimum => Tabulated(producer.Output, result, clamp, name)
                ?? Chosen(producer, result, clamp, name),
            _ => null,
        };

    // The larger of two numbers has the larger integer.
    private Value? Chosen(Node producer, QuantizedResult result, Activation clamp, string name)
    {
        Value?[] operands = producer.Inputs.Select((input, i) =>
            Fuse(input!, result, clamp, FormattableString.Invariant($"{name}/operand{i}"))
            ?? (_operands.Constant(input!) is { } constant
                ? Quantized(GraphBuilder.Constant(input!.Name, constant), result, clamp, input.Name + "/quantized") : null)).ToArray();
        return operands.Any(operand => operand is null) ? null
            : Builder.Add(producer.Operator with { Activation = Activation.None }, name, operands);
    }

    private Value? Sum(Value value, float divisor, QuantizedResult result, Activation clamp, string name)
    {
        var terms = new List<(Value Integers, bool IsNegative)>();
        if (!Collect(value, terms, 0) || terms.Count < 2) return null;
        var sum = new QuantizedSum(new(terms.Select(term => term.IsNegative)), divisor) { Result = result, Activation = clamp };
        return Builder.Add(sum, name, terms.Select(term => (Value?)term.Integers).ToArray());
    }

    // The operands of a chain of additions in the order of their addition. Adding two sums is no chain.
    private bool Collect(Value value, List<(Value Integers, bool IsNegative)> terms, int depth)
    {
        if (depth == DeepestChain || !Producers.TryGetValue(value, out Node? producer)
            || producer.Operator is not Binary { Function: BinaryFunction.Add or BinaryFunction.Subtract } sum)
            return false;
        Value? left = _operands.Integers(producer.Input(0)), right = _operands.Integers(producer.Input(1));
        bool isNegative = sum.Function == BinaryFunction.Subtract;
        if (left is not null && right is not null) terms.AddRange([(left, false), (right, isNegative)]);
        else if (right is not null && !ClampsWithin(producer.Input(0)) && Collect(producer.Input(0), terms, depth + 1))
            terms.Add((right, isNegative));
        else if (left is not null && !isNegative && !ClampsWithin(producer.Input(1)) && Collect(producer.Input(1), terms, depth + 1))
            terms.Add((left, false));
        else return false;
        return true;
    }

    private bool ClampsWithin(Value value) => Producers.TryGetValue(value, out Node? producer) && !producer.Operator.Activation.IsNone;

    private Value? ProductWithSummand(Node sum, QuantizedResult result, Activation clamp, string name)
    {
        bool isNegative = ((Binary)sum.Operator).Function == BinaryFunction.Subtract;
        for (int i = isNegative ? 1 : 0; i < 2; i++)
        {
            if (!Producers.TryGetValue(sum.Input(1 - i), out Node? layer) || layer.Operator is not (Convolution or FullyConnected))
                continue;
            bool isPlain = layer.Operator.Result is null && layer.Operator.Activation.IsNone && layer.Output.Shape.Equals(sum.Output.Shape);
            if (isPlain && Product(layer, sum.Input(i), isNegative, result, clamp, name) is { } product) return product;
        }

        return null;
    }

    private Value? Product(Node layer, Value? summand, bool isNegative, QuantizedResult result, Activation clamp, string name)
    {
        if (_operands.Integers(layer.Input(0)) is not { } x || _operands.Weights(layer.Input(1)) is not { } w) return null;
        Quantization input = x.Type.Quantization!, weights = w.Type.Quantization!;
        int channels = w.Shape[0], axis = layer.Operator is Convolution ? 1 : layer.Output.Shape.Rank - 1;
        var bias = new long[channels];
        if (layer.OptionalInput(2) is { } own)
        {
            long[]? units = _operands.Units(own, shape => shape.Count == channels ? Enumerable.Range(0, channels).ToArray() : null,
                input, weights);
            if (units is null) return null;
            bias = units;
        }

        if (summand is not null)
        {
            long[]? units = _operands.Units(summand, shape => ChannelValues.Indices(shape, layer.Output.Shape, axis), input, weights);
            if (units is null) return null;
            bias = bias.Zip(units, (a, b) => isNegative ? a - b : a + b).ToArray();
        }

        bool hasBias = summand is not null || layer.OptionalInput(2) is not null;
        int[] saturated = bias.Select(value => (int)Math.Max(int.MinValue, Math.Min(int.MaxValue, value))).ToArray();
        string biasName = layer.OptionalInput(2)?.Name ?? summand?.Name ?? name + "/bias";
        Value? constant = hasBias ? GraphBuilder.Constant(biasName, Tensor.From(ElementType.Int32, new Shape(channels), saturated)) : null;
        return Builder.Add(layer.Operator with { Result = result, Activation = clamp }, name, x, w, constant);
    }

    private Value? MatrixProduct(Node producer, QuantizedResult result, Activation clamp, string name)
    {
        if (_operands.Rows(producer.Input(0)) is not { } a || _operands.Integers(producer.Input(1)) is not { } b) return null;
        return Builder.Add(producer.Operator with { Result = result, Activation = clamp }, name, a, b);
    }

    private Value? Tabulated(Value value, QuantizedResult result, Activation clamp, string name)
    {
        var function = new ElementTable(Producers, _operands);
        return function.Create(value, result) is { } table ? Builder.Add(table with { Activation = clamp }, name, function.Source) : null;
    }

    // One clamp after another, as one; null where nothing is left between them.
    private static Activation? Combined(Activation first, Activation second)
    {
        if (second.IsNone) return first;
        if (first.IsNone) return second;
        var both = new Activation(Math.Max(first.Low, second.Low), Math.Min(first.High, second.High));
        return both.Low <= both.High ? both : null;
    }
}
