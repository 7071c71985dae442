using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// What quantization fusion finds behind the operands of an operation: integers, weights, constants and biases (docs/numerics.md).
/// </summary>
internal sealed class QuantizedOperands
{
    /// <summary>
    /// How far the stored scale of a bias may be from the exact product of scales: writers multiply in single or double precision.
    /// </summary>
    private const double ScaleTolerance = 1e-6;

    // A hostile chain must not exhaust the stack.
    private const int DeepestChain = 16;

    private readonly Dictionary<Value, Tensor?> _constants = [];
    private readonly GraphBuilder _builder;
    private readonly IReadOnlyDictionary<Value, Node> _producers;

    public QuantizedOperands(GraphBuilder builder, IReadOnlyDictionary<Value, Node> producers)
    {
        _builder = builder;
        _producers = producers;
    }

    /// <summary>The 8-bit integers behind a dequantized value, with their quantization in their type; or <see langword="null"/>.</summary>
    public Value? Integers(Value value) => Behind(value, dequantize => dequantize.Parameters.IsPerTensor);

    /// <summary>Constant 8-bit weights, quantized per tensor or per output.</summary>
    public Value? Weights(Value value) =>
        _producers.TryGetValue(value, out Node? producer) && producer.Operator is Dequantize && producer.Input(0).Constant is not null
            ? Behind(value, dequantize => dequantize.Parameters.IsPerTensor || dequantize.Parameters.Axis == 0)
            : null;

    /// <summary>The left factor of a product of matrices: each row may have a scale, but not a zero point, of its own.</summary>
    public Value? Rows(Value value) => Behind(value, dequantize =>
        dequantize.Parameters.IsPerTensor
            || (dequantize.Parameters.Axis == value.Shape.Rank - 2 && dequantize.Parameters.ZeroPoints.Distinct().Count() == 1));

    /// <summary>The real numbers of a value that follows from constants, dequantized ones included; or <see langword="null"/>.</summary>
    public Tensor? Constant(Value value) => Constant(value, 0);

    /// <summary>A constant in units of the sums of a product, one an output channel; or <see langword="null"/>.</summary>
    /// <param name="value">The constant.</param>
    /// <param name="indices">For each channel the element of the constant.</param>
    /// <param name="x">Quantization of the input.</param>
    /// <param name="w">Quantization of the weights.</param>
    public long[]? Units(Value value, Func<Shape, int[]?> indices, Quantization x, Quantization w)
    {
        if (Constant(value) is not { } real || indices(real.Shape) is not { } elements) return null;
        double Scale(int channel) => (double)x.Scale * w.Scales[w.IsPerTensor ? 0 : channel];
        if (Stored(value) is { } stored)
        {
            Quantization own = ((Dequantize)stored.Operator).Parameters;
            bool isInUnits = elements.Select((element, channel) => (Element: own.IsPerTensor ? 0 : element, Channel: channel)).All(at =>
                own.ZeroPoints[at.Element] == 0
                    && Math.Abs(own.Scales[at.Element] - Scale(at.Channel)) <= ScaleTolerance * Scale(at.Channel));
            if (isInUnits) return elements.Select(element => stored.Input(0).Constant!.GetLong(element)).ToArray();
        }

        return elements.Select((element, channel) =>
            Saturated(Math.Round(real.GetDouble(element) / Scale(channel), MidpointRounding.ToEven))).ToArray();
    }

    private Tensor? Constant(Value value, int depth)
    {
        if (value.Constant is { } constant) return constant;
        if (_constants.TryGetValue(value, out Tensor? known)) return known;
        return depth < DeepestChain ? _constants[value] = Evaluate(value, depth) : null;
    }

    private Tensor? Evaluate(Value value, int depth)
    {
        if (!_producers.TryGetValue(value, out Node? producer)) return null;
        if (producer.Operator is Dequantize dequantize)
            return producer.Input(0).Constant is { } integers ? dequantize.Apply(integers) : null;
        if (producer.Operator is not (Binary or Reshape or Transpose or Expand)) return null;
        var operands = new Value?[producer.Inputs.Count];
        for (int i = 0; i < operands.Length; i++)
        {
            if (Constant(producer.Input(i), depth + 1) is not { } operand) return null;
            operands[i] = GraphBuilder.Constant(value.Name, operand);
        }

        return producer.Operator.Evaluate(operands)?[0];
    }

    // A bias as models store it: int32, dequantized.
    private Node? Stored(Value value) =>
        _producers.TryGetValue(value, out Node? producer) && producer.Operator is Dequantize dequantize
            && producer.Input(0).Constant is { Element: ElementType.Int32 } constant
        && (dequantize.Parameters.IsPerTensor || dequantize.Parameters.Scales.Count == constant.Count) ? producer : null;

    private static long Saturated(double units) => (long)Math.Max(int.MinValue, Math.Min(int.MaxValue, units));

    private Value? Behind(Value value, Func<Dequantize, bool> fits)
    {
        if (!_producers.TryGetValue(value, out Node? producer) || producer.Operator is not Dequantize dequantize || !fits(dequantize))
            return null;
        Value integers = producer.Input(0);
        if (!integers.Element.IsByte()) return null;
        return dequantize.Parameters.Equals(integers.Type.Quantization)
            ? integers
            : _builder.Add(new AsQuantized(dequantize.Parameters),
                integers.Constant is null ? integers.Name + "/quantized" : integers.Name, integers);
    }
}
