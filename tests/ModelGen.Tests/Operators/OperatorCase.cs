using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;

namespace ModelGen.Tests.Operators;

/// <summary>
/// A small model with pseudo-random inputs (the same at every run), written by the methods that add to it. What the reference
/// computes for it is what compiled code must compute.
/// </summary>
internal sealed class OperatorCase
{
    private readonly Random _random = new(20240229);
    private readonly Dictionary<string, ReferenceTensor> _inputs = new(StringComparer.Ordinal);
    private readonly List<string> _outputs = [];

    public OperatorCase(long opset = 17) => Model = new OnnxModelBuilder(opset);

    public OnnxModelBuilder Model { get; }

    public IReadOnlyDictionary<string, ReferenceTensor> Inputs => _inputs;

    public IReadOnlyList<string> Outputs => _outputs;

    /// <summary>Adds a float input.</summary>
    public OperatorCase Input(string name, int[] dims, double low = -2, double high = 2)
    {
        Model.AddInput(name, DataType.Float32, dims);
        _inputs[name] = ReferenceTensor.Float(dims, Array.ConvertAll(Floats(dims, low, high), v => (double)v));
        return this;
    }

    /// <summary>Adds an input of integers.</summary>
    public OperatorCase Input(string name, DataType type, params long[] values)
    {
        Model.AddInput(name, type, values.Length);
        _inputs[name] = ReferenceTensor.Integer(type, [values.Length], values);
        return this;
    }

    /// <summary>Adds one constant integer of 64 bits or fewer.</summary>
    public OperatorCase Number(string name, DataType type, long value)
    {
        Model.AddInitializer(name, type, [], BitConverter.GetBytes(value)[..(type.Bits() / 8)]);
        return this;
    }

    /// <summary>Adds one constant float.</summary>
    public OperatorCase Number(string name, float value)
    {
        Model.AddInitializer(name, [], value);
        return this;
    }

    /// <summary>Adds constant floats.</summary>
    public OperatorCase Weights(string name, int[] dims, double low = -1, double high = 1)
    {
        Model.AddInitializer(name, dims, Floats(dims, low, high));
        return this;
    }

    /// <summary>Adds constant floats of which a share is not zero.</summary>
    public OperatorCase SparseWeights(string name, int[] dims, double density)
    {
        Model.AddInitializer(name, dims, Array.ConvertAll(Floats(dims, -1, 1), value => _random.NextDouble() < density ? value : 0));
        return this;
    }

    /// <summary>Adds constant integers, for shapes and axes.</summary>
    public OperatorCase Constant(string name, params long[] values)
    {
        Model.AddInitializer(name, [values.Length], values);
        return this;
    }

    /// <summary>Adds a quantized input <c>name_q</c> and its dequantized form <c>name</c>.</summary>
    public OperatorCase Quantized(string name, int[] dims, float scale, int zeroPoint, DataType type = DataType.Int8, int largest = 255)
    {
        Model.AddInput(name + "_q", type, dims);
        _inputs[name + "_q"] = ReferenceTensor.Integer(type, dims, Array.ConvertAll(Integers(dims, type, 1), v => v % (largest + 1)));
        Parameters(name, [scale], zeroPoint, type);
        Model.AddNode("DequantizeLinear", [name + "_q", name + "_scale", name + "_zero"], [name]);
        return this;
    }

    /// <summary>Adds constant quantized weights <c>name</c>: one scale an entry of the axis, or one for all.</summary>
    public OperatorCase QuantizedWeights(string name, int[] dims, int? axis = 0, int zeroPoint = 0, DataType type = DataType.Int8,
        double density = 1)
    {
        int count = axis is { } a ? dims[a] : 1;
        float[] scales = Floats([count], 0.002, 0.03);
        Model.AddInitializer(name + "_q", type, dims, Pack(Integers(dims, type, density, zeroPoint), type));
        Parameters(name, scales, zeroPoint, type);
        (string, object)[] attributes = axis is { } along ? [("axis", along)] : [];
        Model.AddNode("DequantizeLinear", [name + "_q", name + "_scale", name + "_zero"], [name], attributes);
        return this;
    }

    /// <summary>Adds an int32 bias with the scale of the accumulators of <paramref name="x"/> and <paramref name="w"/>.</summary>
    public OperatorCase QuantizedBias(string name, float scaleOfX, string w)
    {
        float[] weightScales = MemoryMarshal.Cast<byte, float>(Model.Model.Graph.Initializer.First(i => i.Name == w
            + "_scale").RawData.Span).ToArray();
        float[] scales = Array.ConvertAll(weightScales, s => (float)(s * scaleOfX));
        int count = (int)Model.Model.Graph.Initializer.First(i => i.Name == w + "_q").Dims[0];
        Model.AddInitializer(name + "_q", [count], Enumerable.Range(0, count).Select(_ => _random.Next(-3000, 3000)).ToArray());
        Model.AddInitializer(name + "_scale", scales.Length == 1 ? [] : [scales.Length], scales);
        Model.AddNode("DequantizeLinear", [name + "_q", name + "_scale"], [name], ("axis", 0));
        return this;
    }

    /// <summary>Adds an int32 bias of one scale, that of the accumulators of the input and <paramref name="w"/>.</summary>
    public OperatorCase StoredBias(string name, int count, float scaleOfX, string w)
    {
        float scale = MemoryMarshal.Cast<byte, float>(Model.Model.Graph.Initializer.First(i => i.Name == w + "_scale").RawData.Span)[0];
        Model.AddInitializer(name + "_q", [count], Enumerable.Range(0, count).Select(_ => _random.Next(-3000, 3000)).ToArray());
        Model.AddInitializer(name + "_scale", [], (float)(scale * scaleOfX));
        Model.AddNode("DequantizeLinear", [name + "_q", name + "_scale"], [name]);
        return this;
    }

    public OperatorCase Node(string type, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        Model.AddNode(type, inputs, outputs, attributes);
        return this;
    }

    /// <summary>Makes a value an output.</summary>
    public OperatorCase Output(string name)
    {
        _outputs.Add(name);
        return this;
    }

    /// <summary>Quantizes a value and makes the integers, <c>name_out</c>, an output.</summary>
    public OperatorCase QuantizedOutput(string name, float scale, int zeroPoint, DataType type = DataType.Int8)
    {
        Parameters(name + "_out", [scale], zeroPoint, type);
        Model.AddNode("QuantizeLinear", [name, name + "_out_scale", name + "_out_zero"], [name + "_out"]);
        return Output(name + "_out");
    }

    /// <summary>Quantizes a value to <c>name_m</c> and dequantizes it to <c>name_d</c>, for the next node.</summary>
    public OperatorCase Requantized(string name, float scale, int zeroPoint, DataType type = DataType.Int8)
    {
        Parameters(name + "_m", [scale], zeroPoint, type);
        Model.AddNode("QuantizeLinear", [name, name + "_m_scale", name + "_m_zero"], [name + "_m"]);
        Model.AddNode("DequantizeLinear", [name + "_m", name + "_m_scale", name + "_m_zero"], [name + "_d"]);
        return this;
    }

    /// <summary>Runs the reference, declares the outputs with the types it found, and gives file and expected values.</summary>
    public (byte[] File, IReadOnlyDictionary<string, ReferenceTensor> Values) Build()
    {
        IReadOnlyDictionary<string, ReferenceTensor> values = new ReferenceModel(Model.Build()).Run(_inputs);
        foreach (string output in _outputs) Model.AddOutput(output, values[output].Type, values[output].Dims);
        return (Model.Build(), values);
    }

    private void Parameters(string name, float[] scales, int zeroPoint, DataType type)
    {
        int[] dims = scales.Length == 1 ? [] : [scales.Length];
        Model.AddInitializer(name + "_scale", dims, scales);
        Model.AddInitializer(name + "_zero", type, dims, Pack(Enumerable.Repeat((long)zeroPoint, scales.Length).ToArray(), type));
    }

    private float[] Floats(int[] dims, double low, double high)
        => Enumerable.Range(0, Shapes.Count(dims)).Select(_ => (float)(low + _random.NextDouble() * (high - low))).ToArray();

    private long[] Integers(int[] dims, DataType type, double density, long zero = 0)
        => Enumerable.Range(0, Shapes.Count(dims))
            .Select(_ => _random.NextDouble() < density ? _random.NextInt64(type.Minimum(), type.Maximum() + 1) : zero).ToArray();

    private static byte[] Pack(long[] values, DataType type)
    {
        if (type.Bits() == 8) return Array.ConvertAll(values, v => unchecked((byte)v));
        if (type.Bits() != 4) throw new NotSupportedException($"{type} is not packed.");
        // Two to a byte, the first in the low half (onnx.proto, TensorProto.raw_data).
        byte[] bytes = new byte[(values.Length + 1) / 2];
        for (int i = 0; i < values.Length; i++) bytes[i / 2] |= (byte)((values[i] & 15) << (4 * (i % 2)));
        return bytes;
    }
}
