using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using QuantizeLinear = ModelGen.Graph.Operators.Quantize;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// Makes a float graph of a quantized one: weights and biases become the real numbers they stand for, QuantizeLinear and DequantizeLinear
/// between layers vanish. What quantization clamped stays clamped where that was meant: a zero point at the end of the range is a Relu that
/// writers leave out (TFLite's fused activations, ONNX Runtime's quantizer), and an upper end of exactly 6 a Relu6.
/// </summary>
internal sealed class StripQuantization
{
    // Writers compute the scale of a Relu6 as 6 / 255 in single or double precision.
    private const double SixTolerance = 1e-5;

    private readonly ModelGraph _graph;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<Value, Value> _current = [];

    // For each quantized tensor the real numbers it stands for, and its parameters.
    private readonly Dictionary<Value, (Value Real, Quantization Parameters)> _integers = [];
    private readonly Dictionary<Value, float> _lowerBounds = [];
    private readonly Dictionary<Value, float> _upperBounds = [];

    private StripQuantization(ModelGraph graph)
    {
        _graph = graph;
        _builder = new GraphBuilder(graph.Metadata);
    }

    /// <summary>Runs the pass.</summary>
    /// <param name="graph">A graph as imported; it need not be quantized.</param>
    /// <param name="reason">Why there is no float graph: one line that names input, node or output.</param>
    /// <returns>The float graph, or <see langword="null"/> when integers are used for more than layers between QuantizeLinear and
    /// DequantizeLinear.</returns>
    public static ModelGraph? Run(ModelGraph graph, out string? reason)
    {
        var pass = new StripQuantization(graph);
        reason = pass.Strip();
        return reason is null
            ? pass._builder.Build(graph.Outputs.Select(output => output with { Value = pass.Current(output.Value)! }))
            : null;
    }

    private string? Strip()
    {
        foreach (Value input in _graph.Inputs) _builder.AddInput(input);
        foreach (Node node in _graph.Nodes)
            if (Visit(node) is { } reason) return reason;
        foreach (GraphOutput output in _graph.Outputs)
        {
            if (_integers.ContainsKey(output.Value))
                return $"output \"{output.Name}\" is {output.Value.Element.Keyword()}; export the model with a float32 output";
        }

        return null;
    }

    private string? Visit(Node node)
    {
        switch (node.Operator)
        {
            case QuantizeLinear quantize:
                _integers[node.Output] = (Clamped(node, quantize), quantize.Parameters);
                return null;
            case Dequantize dequantize:
                return Dequantized(node, dequantize);
        }

        if (node.Inputs.Any(input => input is not null && _integers.ContainsKey(input))) return Moved(node);
        Replace(node, _builder.Keep(node, node.Inputs.Select(Current).ToArray()));
        return null;
    }

    private string? Dequantized(Node node, Dequantize dequantize)
    {
        Value x = node.Input(0);
        if (x.Constant is { } constant)
        {
            _current[node.Output] = GraphBuilder.Constant(node.Output.Name, dequantize.Apply(constant));
        }
        else if (_integers.TryGetValue(x, out (Value Real, Quantization Parameters) found))
        {
            if (!found.Parameters.Equals(dequantize.Parameters))
                return $"node \"{node.Name}\" dequantizes \"{x.Name}\" with another scale or zero point than it was quantized with";
            _current[node.Output] = found.Real;
        }
        else if (_graph.Inputs.Contains(x))
        {
            return $"input \"{x.Name}\" is {x.Element.Keyword()}; export the model with a float32 input";
        }
        else
        {
            return $"node \"{node.Name}\" dequantizes integers that no QuantizeLinear made";
        }

        return null;
    }

    // What only moves elements, or takes the largest, does the same to real numbers.
    private string? Moved(Node node)
    {
        var quantized = node.Inputs.Where(input => input is not null && _integers.ContainsKey(input))
            .Select(input => _integers[input!]).ToArray();
        Quantization parameters = quantized[0].Parameters;
        Operator? moved = node.Operator switch
        {
            _ when !parameters.IsPerTensor => null,
            Reshape or Transpose or Slice or Expand or Pooling { Function: PoolingKind.Max }
                or Reduction { Function: ReductionFunction.Maximum or ReductionFunction.Minimum } => node.Operator,
            Gather when !_integers.ContainsKey(node.Input(1)) => node.Operator,
            Concatenate when quantized.Length == node.Inputs.Count && quantized.All(part => part.Parameters.Equals(parameters)) =>
                node.Operator,
            Pad pad => pad with { Value = (float)((pad.Value - parameters.ZeroPoint) * parameters.Scale) },
            _ => null,
        };
        if (moved is null) return $"node \"{node.Name}\" ({node.Operator.Kind}) computes with the integers of a quantized tensor";
        Value? Real(Value? input) => input is not null && _integers.TryGetValue(input, out (Value Real, Quantization Parameters) found)
            ? found.Real : Current(input);
        Value?[] inputs = node.Inputs.Select(Real).ToArray();
        _integers[node.Output] = (_builder.Add(moved, node.Name, inputs, [node.Output.Name])[0], parameters);
        return null;
    }

    private void Replace(Node node, IReadOnlyList<Value> results)
    {
        for (int i = 0; i < results.Count; i++)
            if (!ReferenceEquals(results[i], node.Outputs[i])) _current[node.Outputs[i]] = results[i];
        (float low, float high) = BoundsOf(node);
        _lowerBounds[results[0]] = low;
        _upperBounds[results[0]] = high;
    }

    private Value Clamped(Node node, QuantizeLinear quantize)
    {
        Value x = Current(node.Input(0))!;
        if (!quantize.Parameters.IsPerTensor || x.Constant is not null) return x;
        Quantization parameters = quantize.Parameters;
        double top = (quantize.Range.High - parameters.ZeroPoint) * (double)parameters.Scale;
        bool isRelu = parameters.ZeroPoint == quantize.Range.Low;
        bool isSix = isRelu && Math.Abs(top - 6) < 6 * SixTolerance;
        float low = isRelu ? 0 : float.NegativeInfinity, high = isSix ? 6 : float.PositiveInfinity;
        bool isClampedAlready = _lowerBounds.GetValueOrDefault(x, float.NegativeInfinity) >= low
            && _upperBounds.GetValueOrDefault(x, float.PositiveInfinity) <= high;

        // Nothing is known of inputs; what callers feed is theirs.
        if (isClampedAlready || _graph.Inputs.Contains(x)) return x;
        Value clamped = _builder.Add(new Unary(UnaryFunction.Clip, low, high), node.Name + "/clamp", x);
        _lowerBounds[clamped] = low;
        _upperBounds[clamped] = high;
        return clamped;
    }

    // Bounds that hold whatever the operands are, or that movement hands on.
    private (float Low, float High) BoundsOf(Node node)
    {
        switch (node.Operator)
        {
            case Unary { Function: UnaryFunction.Clip } clip:
                return (clip.Alpha, clip.Beta);
            case Unary { Function: UnaryFunction.Sigmoid or UnaryFunction.HardSigmoid } or Softmax { Logarithm: false }:
                return (0, 1);
            case Unary { Function: UnaryFunction.Exp or UnaryFunction.Abs or UnaryFunction.Sqrt or UnaryFunction.Softplus }:
                return (0, float.PositiveInfinity);
            case Reshape or Transpose or Slice or Expand or Gather or Pooling or Concatenate
                or Reduction { Function: ReductionFunction.Maximum or ReductionFunction.Minimum or ReductionFunction.Mean }:
                int count = node.Operator is Concatenate ? node.Inputs.Count : 1;
                Value[] sources = node.Inputs.Take(count).Select(input => Current(input)!).ToArray();
                return (sources.Min(source => _lowerBounds.GetValueOrDefault(source, float.NegativeInfinity)),
                    sources.Max(source => _upperBounds.GetValueOrDefault(source, float.PositiveInfinity)));
            case Binary { Function: BinaryFunction.Add or BinaryFunction.Multiply } when node.Inputs.All(input =>
                _lowerBounds.GetValueOrDefault(Current(input)!, float.NegativeInfinity) >= 0):
                return (0, float.PositiveInfinity);
            default:
                return (float.NegativeInfinity, float.PositiveInfinity);
        }
    }

    private Value? Current(Value? value) => value is not null && _current.TryGetValue(value, out Value? replacement) ? replacement : value;
}
