using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// A function of one quantized tensor and of constants, however many operators spell it, as tables: 256 results, for each index of one axis
/// when constants vary along it. The function is evaluated in double precision and rounded once (docs/numerics.md).
/// </summary>
internal sealed class ElementTable
{
    // 256 KiB of tables; more would cost more memory than the operators.
    public const int MostChannels = 1024;
    private const int Values = 256;
    private const int MostValues = 32;

    private readonly IReadOnlyDictionary<Value, Node> _producers;
    private readonly QuantizedOperands _operands;
    private readonly Dictionary<Value, double[]?> _results = [];
    private Value? _source;
    private int _axis = -1;

    public ElementTable(IReadOnlyDictionary<Value, Node> producers, QuantizedOperands operands)
    {
        _producers = producers;
        _operands = operands;
    }

    /// <summary>The integers the function is applied to; known after <see cref="Create"/>.</summary>
    public Value Source => _source ?? throw new InvalidOperationException();

    /// <summary>The function as a table, or <see langword="null"/> when it depends on anything else.</summary>
    /// <param name="value">Result of the function, a real number.</param>
    /// <param name="result">Quantization of the result.</param>
    public TableLookup? Create(Value value, QuantizedResult result)
    {
        if (!_producers.TryGetValue(value, out Node? producer) || !FindOperands(value, []) || _source is null) return null;
        if (Evaluate(value) is not { } reals) return null;
        Quantization to = result.Quantization;
        IEnumerable<byte> table = reals.Select(real =>
            unchecked((byte)Quantize.Apply((float)real, to.Scale, to.ZeroPoint, result.Range)));
        return new TableLookup(producer.Operator.Kind, new EquatableArray<byte>(table), _axis) { Result = result };
    }

    private int Channels => _axis < 0 ? 1 : _source!.Shape[_axis];

    // First the one tensor and the one axis that everything belongs to.
    private bool FindOperands(Value value, HashSet<Value> seen)
    {
        if (!seen.Add(value)) return true;
        if (seen.Count > MostValues) return false;
        if (_operands.Constant(value) is not null) return true;
        if (!_producers.TryGetValue(value, out Node? producer)) return false;
        if (producer.Operator is Dequantize)
        {
            if (_operands.Integers(value) is not { } integers || (_source is not null && _source != integers)) return false;
            _source = integers;
            return true;
        }

        bool isFunction = producer.Operator
            is Unary { Function: not (UnaryFunction.Not or UnaryFunction.IsNaN or UnaryFunction.IsInfinite) }
            or Binary { Function: < BinaryFunction.Equal };
        if (!isFunction || producer.Operator.Result is not null || producer.Output.Element != ElementType.Float32) return false;
        return producer.Inputs.All(input => FindOperands(input!, seen))
            && producer.Inputs.All(input => FitsAxis(input!, producer.Output.Shape));
    }

    private bool FitsAxis(Value operand, Shape output)
    {
        if (_operands.Constant(operand) is not { } constant) return operand.Shape.Equals(output);
        if (constant.Count == 1) return true;
        int axis = Enumerable.Range(0, output.Rank)
            .Where(candidate => ChannelValues.Indices(constant.Shape, output, candidate) is not null).DefaultIfEmpty(-1).First();
        if (axis < 0 || (_axis >= 0 && _axis != axis) || output[axis] > MostChannels) return false;
        _axis = axis;
        return true;
    }

    private double[]? Evaluate(Value value)
    {
        if (_results.TryGetValue(value, out double[]? known)) return known;
        return _results[value] = _operands.Constant(value) is { } constant ? OfConstant(constant) : OfNode(_producers[value]);
    }

    private double[]? OfConstant(Tensor constant)
    {
        int[]? indices = constant.Count == 1 ? new int[Channels] : ChannelValues.Indices(constant.Shape, _source!.Shape, _axis);
        return indices is null ? null : Spread(channel => constant.GetDouble(indices[channel]));
    }

    private double[]? OfNode(Node node)
    {
        if (!node.Output.Shape.Equals(_source!.Shape)) return null;
        double[]?[] x = node.Operator is Dequantize ? [] : node.Inputs.Select(input => Evaluate(input!)).ToArray();
        if (x.Any(operand => operand is null)) return null;
        Activation clamp = node.Operator.Activation;
        return Enumerable.Range(0, Channels * Values).Select(i => node.Operator switch
        {
            Dequantize => Dequantized(i % Values),
            Unary unary => UnaryFunctions.Evaluate(unary.Function, x[0]![i], unary.Alpha, unary.Beta),
            Binary binary => Math.Max(clamp.Low, Math.Min(clamp.High, BinaryFunctions.Evaluate(binary.Function, x[0]![i], x[1]![i]))),
            _ => throw new InvalidOperationException(node.Operator.Kind),
        }).ToArray();
    }

    private double Dequantized(int index)
    {
        Quantization from = _source!.Type.Quantization!;
        int q = _source.Element == ElementType.Int8 ? unchecked((sbyte)index) : index;
        return (float)((q - from.ZeroPoint) * from.Scale);
    }

    private double[] Spread(Func<int, double> ofChannel) =>
        Enumerable.Range(0, Channels).SelectMany(channel => Enumerable.Repeat(ofChannel(channel), Values)).ToArray();
}
