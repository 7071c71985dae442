using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;

namespace ModelGen.Tests.Passes;

/// <summary>
/// A network with dead channels, written layer by layer, in float32 or quantized: then every layer's result is quantized and dequantized.
/// Methods take and give names of values.
/// </summary>
/// <param name="isQuantized">Whether it is quantized.</param>
/// <param name="hasIntegerWeights">Whether weights are dequantized integers in float32 layers too.</param>
internal sealed class PrunedNetwork(bool isQuantized, bool hasIntegerWeights = false)
{
    private readonly Dictionary<string, float> _scales = new(StringComparer.Ordinal);
    private int _count;

    public OperatorCase Case { get; } = new();

    /// <summary>Adds the input.</summary>
    public string Input(params int[] dims)
    {
        if (!isQuantized)
        {
            Case.Input("x", dims);
            return "x";
        }

        Case.Quantized("x", dims, 0.02f, 3);
        _scales["x"] = 0.02f;
        return "x";
    }

    /// <summary>Adds a convolution.</summary>
    /// <param name="x">What it reads.</param>
    /// <param name="shape">Outputs, inputs of a group, and size of the square kernel.</param>
    /// <param name="pad">Padding at each side.</param>
    /// <param name="dead">Outputs without weights.</param>
    /// <param name="unread">Inputs without weights.</param>
    /// <param name="groups">Groups.</param>
    /// <param name="bias">Sign of the biases, or 0 for both.</param>
    /// <param name="then">Activation after it.</param>
    public string Conv(string x, (int Outputs, int Inputs, int Kernel) shape, int pad = 0, int[]? dead = null, int[]? unread = null,
        int groups = 1, int bias = 0, string? then = null)
    {
        int[] dims = [shape.Outputs, shape.Inputs, shape.Kernel, shape.Kernel];
        (string w, string b) = Parameters(x, dims, dead, unread, bias);
        string y = Next();
        Case.Node("Conv", [x, w, b], [y], ("pads", new[] { pad, pad, pad, pad }), ("group", groups));
        return Finish(y, then);
    }

    /// <summary>Adds a fully connected layer.</summary>
    public string Gemm(string x, int outputs, int inputs, int[]? dead = null, int[]? unread = null, int bias = 0, string? then = null)
    {
        (string w, string b) = Parameters(x, [outputs, inputs], dead, unread, bias);
        string y = Next();
        Case.Node("Gemm", [x, w, b], [y], ("transB", 1));
        return Finish(y, then);
    }

    /// <summary>Adds a recurrent layer; returns the last state, [1, hidden], or the sequence, [steps, 1, hidden].</summary>
    /// <param name="type">LSTM, GRU or RNN.</param>
    /// <param name="x">What it reads, [steps, 1, inputs].</param>
    /// <param name="inputs">Inputs of a step.</param>
    /// <param name="hidden">Hidden units.</param>
    /// <param name="still">Units whose candidate has neither weights nor bias.</param>
    /// <param name="unread">Inputs without weights.</param>
    /// <param name="alone">Units that no other unit reads.</param>
    /// <param name="hasBias">Whether candidates of still units keep their biases.</param>
    /// <param name="isSequence">Whether the sequence is what is returned.</param>
    /// <param name="attributes">Further attributes.</param>
    /// <param name="hasState">Whether it starts elsewhere than at zero.</param>
    public string Recurrent(string type, string x, int inputs, int hidden, int[]? still = null, int[]? unread = null, int[]? alone = null,
        bool hasBias = false, bool isSequence = false, (string Name, object Value)[]? attributes = null, bool hasState = false)
    {
        int gates = type switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        string w = Gates(inputs, [.. unread ?? []]), r = Gates(hidden, [.. alone ?? []]), b = Next(), y = Next(), last = Next();
        Case.Weights(b, [1, 2 * gates * hidden]);
        if (!hasBias) Edit<float>(b, values => Clear(values.AsSpan(0, gates * hidden), 1, values.AsSpan(gates * hidden)));
        string state = "";
        if (hasState) Case.Weights(state = Next(), [1, 1, hidden]);
        string[] operands = hasState ? [x, w, r, b, "", state] : [x, w, r, b];
        Case.Node(type, operands, [y, last], [("hidden_size", hidden), .. attributes ?? []]);
        string result = Next(), axes = Next();
        Case.Constant(axes, isSequence ? 1 : 0);
        Case.Node("Squeeze", [isSequence ? y : last, axes], [result]);
        return Finish(result, null);

        string Gates(int columns, int[] unused)
        {
            string name = Next();
            bool isInteger = isQuantized || hasIntegerWeights;
            if (isInteger) Case.QuantizedWeights(name, [1, gates * hidden, columns], axis: 1);
            else Case.Weights(name, [1, gates * hidden, columns]);
            Edit<byte>(isInteger ? name + "_q" : name, values =>
            {
                int size = values.Length / (gates * hidden * columns);
                Clear(values, columns * size, default);
                foreach (int column in unused)
                    for (int row = 0; row < gates * hidden; row++) values.AsSpan((row * columns + column) * size, size).Clear();
            });
            return name;
        }

        // Rows of candidates, which are the last gate.
        void Clear<T>(Span<T> values, int size, Span<T> more)
        {
            foreach (int unit in still ?? [])
            {
                int row = (gates - 1) * hidden + unit;
                values.Slice(row * size, size).Clear();
                if (!more.IsEmpty) more.Slice(row * size, size).Clear();
            }
        }
    }

    /// <summary>Adds any operator whose result is quantized again.</summary>
    public string Node(string type, string[] x, params (string Name, object Value)[] attributes)
    {
        string y = Next();
        Case.Node(type, x, [y], attributes);
        return Finish(y, null);
    }

    /// <summary>Adds an operator that keeps the quantization of its operand.</summary>
    public string Move(string type, string[] x, params (string Name, object Value)[] attributes)
    {
        string y = Next();
        Case.Node(type, x, [y], attributes);
        if (_scales.TryGetValue(x[0], out float scale)) _scales[y] = scale;
        return y;
    }

    /// <summary>Adds constant floats.</summary>
    public string Constant(int[] dims, double low = -1, double high = 1)
    {
        string name = Next();
        Case.Weights(name, dims, low, high);
        return name;
    }

    /// <summary>Makes a value the output and builds the model.</summary>
    public (byte[] File, IReadOnlyDictionary<string, ReferenceTensor> Expected) Build(string y)
    {
        if (isQuantized) Case.QuantizedOutput(y, 0.03f, 1);
        else Case.Output(y);
        return Case.Build();
    }

    private string Next() => "v" + _count++;

    private string Finish(string y, string? activation)
    {
        if (activation is not null)
        {
            string activated = Next();
            Case.Node(activation, [y], [activated]);
            y = activated;
        }

        if (!isQuantized) return y;
        float scale = 0.01f + _count % 5 * 0.007f;
        Case.Requantized(y, scale, _count % 7 * 5 - 20);
        _scales[y + "_d"] = scale;
        return y + "_d";
    }

    private (string Weights, string Bias) Parameters(string x, int[] dims, int[]? dead, int[]? unread, int bias)
    {
        (string w, string b) = (Next(), Next());
        bool isInteger = isQuantized || hasIntegerWeights;
        if (isInteger) Case.QuantizedWeights(w, dims);
        else Case.Weights(w, dims);
        if (isQuantized) Case.QuantizedBias(b, _scales[x], w);
        else Case.Weights(b, [dims[0]]);
        (int outputs, int inputs, int taps) = (dims[0], dims[1], dims.Skip(2).Aggregate(1, (a, c) => a * c));
        Edit<byte>(isInteger ? w + "_q" : w, weights =>
        {
            int size = weights.Length / (outputs * inputs * taps);
            foreach (int output in dead ?? []) weights.AsSpan(output * inputs * taps * size, inputs * taps * size).Clear();
            foreach (int input in unread ?? [])
                for (int o = 0; o < outputs; o++) weights.AsSpan((o * inputs + input) * taps * size, taps * size).Clear();
        });
        if (bias == 0) return (w, b);
        if (isQuantized) Edit<int>(b + "_q", values => Array.ForEach(Enumerable.Range(0, outputs).ToArray(), i =>
            values[i] = bias * (Math.Abs(values[i]) + 500)));
        else Edit<float>(b, values => Array.ForEach(Enumerable.Range(0, outputs).ToArray(), i =>
            values[i] = bias * (Math.Abs(values[i]) + 0.1f)));
        return (w, b);
    }

    private void Edit<T>(string initializer, Action<T[]> edit)
        where T : unmanaged
    {
        TensorProto tensor = Case.Model.Model.Graph.Initializer.First(candidate => candidate.Name == initializer);
        T[] values = MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray();
        edit(values);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values));
    }
}
