using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using QuantizeLinear = ModelGen.Graph.Operators.Quantize;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// Makes a quantized graph (QuantizeLinear and DequantizeLinear around float operators, ONNX's QDQ form) of a float one. Weights become
/// dequantized int8 constants, biases int32 with the scale of the sums they are added to, every <see cref="QuantizationPoint"/> a pair.
/// The outputs of the network stay float32.
/// </summary>
internal sealed class InsertQuantization
{
    private readonly ModelGraph _graph;
    private readonly NetworkQuantization _quantization;
    private readonly IntegerRegions _regions;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<Value, Value> _real = [];
    private readonly Dictionary<Value, Value> _dequantized = [];
    private readonly Dictionary<Value, Value> _weights = [];

    private InsertQuantization(ModelGraph graph, NetworkQuantization quantization)
    {
        _graph = graph;
        _quantization = quantization;
        _regions = new IntegerRegions(graph);
        _builder = new GraphBuilder(graph.Metadata);
    }

    /// <summary>Runs the pass.</summary>
    /// <param name="floatGraph">The graph that <see cref="QuantizationPoints"/> was asked about.</param>
    /// <param name="q">Parameters for all its points, and weights.</param>
    /// <returns>The quantized graph.</returns>
    /// <exception cref="CompressionException">A bias does not fit 32 bits; the message names the layer.</exception>
    /// <exception cref="ArgumentException">A point has no parameters, or weights do not fit their constant.</exception>
    public static ModelGraph Run(ModelGraph floatGraph, NetworkQuantization q) => new InsertQuantization(floatGraph, q).Build();

    private ModelGraph Build()
    {
        foreach (Value input in _graph.Inputs)
        {
            _builder.AddInput(input);
            AddPair(input, input);
        }

        foreach (Node node in _graph.Nodes)
        {
            IReadOnlyList<Value> results = _builder.Keep(node, Operands(node));
            for (int i = 0; i < results.Count; i++)
            {
                _real[node.Outputs[i]] = results[i];
                AddPair(node.Outputs[i], results[i]);
            }
        }

        return _builder.Build(_graph.Outputs.Select(output => output with
        {
            Value = _regions.IsMadeInFloat(output.Value) ? Real(output.Value) : Read(output.Value),
        }));
    }

    private void AddPair(Value original, Value value)
    {
        // What inherits parameters gets a pair too, which changes nothing: ONNX Runtime 1.30 looks for one on either side of a layer, and
        // where it adds one itself in operator set 21 it writes a node that it then refuses (output_dtype INT8, zero point UINT8).
        if (_regions.SourceOf(original) is not { } source) return;
        if (!_quantization.Points.TryGetValue(source, out TensorQuantization? parameters))
            throw new ArgumentException($"\"{source.Name}\" is a quantization point but has no parameters", nameof(original));
        Value integers = _builder.Add(
            new QuantizeLinear(parameters.Element, parameters.Parameters, IntegerRange.Of(parameters.Element)),
            original.Name + "/quantized", value);
        _dequantized[original] = _builder.Add(new Dequantize(parameters.Parameters), original.Name + "/dequantized", integers);
    }

    private Value?[] Operands(Node node)
    {
        bool isFloat = _regions.IsFloat(node);
        Value?[] operands = node.Inputs
            .Select(input => input is null ? null : isFloat && _regions.IsMadeInFloat(input) ? Real(input) : Read(input)).ToArray();
        if (_regions.Roles[node] == NodeRole.Arithmetic) QuantizeConstants(node, operands);
        if (node.Operator is MatrixMultiply) QuantizeConstants(node, operands);
        if (node.Operator is Recurrent)
        {
            foreach (int i in new[] { 1, 2 })
                if (_quantization.Weights.TryGetValue(node.Input(i), out WeightQuantization? weights))
                    operands[i] = Weights(node.Input(i), weights);
        }

        bool isLayer = node.Operator is Convolution or FullyConnected && _regions.Roles[node] == NodeRole.Product;
        if (isLayer && _quantization.Weights.TryGetValue(node.Input(1), out WeightQuantization? integers))
        {
            operands[1] = Weights(node.Input(1), integers);
            if (node.OptionalInput(2) is { } bias) operands[2] = Bias(node, bias, integers);
        }

        return operands;
    }

    // Layers may share weights; they are written once.
    private Value Weights(Value constant, WeightQuantization weights)
    {
        if (_weights.TryGetValue(constant, out Value? known)) return known;
        int outputs = constant.Shape[0];
        bool fits = weights.Values.Count == constant.Shape.Count && (weights.Scales.Count == 1 || weights.Scales.Count == outputs);
        if (!fits)
        {
            string given = $"{weights.Values.Count} integers and {weights.Scales.Count} scales";
            throw new ArgumentException($"{given} for \"{constant.Name}\" {constant.Type}", nameof(weights));
        }

        Value integers = GraphBuilder.Constant(constant.Name + "/quantized",
            Tensor.From(ElementType.Int8, constant.Shape, weights.Values.ToArray()));
        return _weights[constant] = _builder.Add(new Dequantize(Parameters(weights.Scales)), constant.Name, integers);
    }

    // ONNX Runtime adds the integers as they are, taking for granted that their scale is that of the sums.
    private Value Bias(Node node, Value bias, WeightQuantization weights)
    {
        Value source = _regions.SourceOf(node.Input(0))!;
        float inputScale = _quantization.Points[source].Scale;
        float[] scales = weights.Scales.Select(scale => inputScale * scale).ToArray(), values = bias.Constant!.ToFloats();
        int[] integers = new int[values.Length];
        for (int c = 0; c < values.Length; c++)
        {
            double units = Math.Round(values[c] / (double)scales[scales.Length == 1 ? 0 : c], MidpointRounding.ToEven);
            if (!(Math.Abs(units) <= int.MaxValue))
            {
                string problem = string.Create(CultureInfo.InvariantCulture,
                    $"the bias {values[c]:R} of output {c} does not fit 32 bits in steps of {scales[scales.Length == 1 ? 0 : c]:R}");
                string cause = "the scale of its weights or of its input is too small";
                throw new CompressionException($"node \"{node.Name}\" ({node.Operator.Kind}): {problem}; {cause}");
            }

            integers[c] = (int)units;
        }

        Value constant = GraphBuilder.Constant(bias.Name + "/quantized",
            Tensor.From(ElementType.Int32, new Shape(integers.Length), integers));
        return _builder.Add(new Dequantize(Parameters(scales)), bias.Name, constant);
    }

    // A whole tensor that is added or multiplied; its range is known.
    private void QuantizeConstants(Node node, Value?[] operands)
    {
        bool isInteger = _regions.IsPoint(_regions.Roles.Result(node));
        for (int i = 0; isInteger && i < operands.Length; i++)
        {
            if (operands[i]?.Constant is not { Element: ElementType.Float32 } constant) continue;
            float[] values = constant.ToFloats();
            float low = Math.Min(0, values.Min()), high = Math.Max(0, values.Max());
            float scale = high > low ? (high - low) / 255 : 1;
            int zeroPoint = Math.Clamp((int)Math.Round(-128 - low / scale), -128, 127);
            var parameters = new Quantization(scale, zeroPoint);
            Value integers = _builder.Add(new QuantizeLinear(ElementType.Int8, parameters, IntegerRange.Of(ElementType.Int8)),
                operands[i]!.Name + "/quantized", operands[i]);
            operands[i] = _builder.Add(new Dequantize(parameters), operands[i]!.Name, integers);
        }
    }

    private static Quantization Parameters(IReadOnlyList<float> scales) =>
        new(new EquatableArray<float>(scales), new EquatableArray<int>(new int[scales.Count]), scales.Count == 1 ? -1 : 0);

    private Value Read(Value value) => _dequantized.TryGetValue(value, out Value? dequantized) ? dequantized : Real(value);

    private Value Real(Value value) => _real.TryGetValue(value, out Value? real) ? real : value;
}
