using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Reference;

namespace ModelGen.Tests.Support;

/// <summary>Writes small ONNX models for tests.</summary>
/// <example><code>
/// byte[] model = new OnnxModelBuilder(opset: 13)
///     .AddInput("x", DataType.Float32, 1, 4)
///     .AddInitializer("w", [4, 2], weights)
///     .AddNode("MatMul", ["x", "w"], ["y"])
///     .AddOutput("y", DataType.Float32, 1, 2)
///     .Build();
/// </code></example>
internal sealed class OnnxModelBuilder
{
    private readonly ModelProto _model = new() { IrVersion = 8, ProducerName = "ModelGen.Tests", Graph = new GraphProto { Name = "test" } };

    public OnnxModelBuilder(long opset = 17) => _model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });

    /// <summary>The message under construction, for what the methods do not offer.</summary>
    public ModelProto Model => _model;

    public OnnxModelBuilder AddInput(string name, DataType type, params int[] dims)
    {
        _model.Graph.Input.Add(ValueInfo(name, type, dims));
        return this;
    }

    /// <summary>Adds an output; without dimensions its shape is not declared.</summary>
    public OnnxModelBuilder AddOutput(string name, DataType type, params int[] dims)
    {
        ValueInfoProto output = ValueInfo(name, type, dims);
        if (dims.Length == 0) output.Type.TensorType.Shape = null;
        _model.Graph.Output.Add(output);
        return this;
    }

    public OnnxModelBuilder AddInitializer(string name, int[] dims, params float[] values)
        => AddInitializer(name, DataType.Float32, dims, MemoryMarshal.AsBytes<float>(values).ToArray());

    public OnnxModelBuilder AddInitializer(string name, int[] dims, params sbyte[] values)
        => AddInitializer(name, DataType.Int8, dims, MemoryMarshal.AsBytes<sbyte>(values).ToArray());

    public OnnxModelBuilder AddInitializer(string name, int[] dims, params byte[] values)
        => AddInitializer(name, DataType.UInt8, dims, values);

    public OnnxModelBuilder AddInitializer(string name, int[] dims, params int[] values)
        => AddInitializer(name, DataType.Int32, dims, MemoryMarshal.AsBytes<int>(values).ToArray());

    public OnnxModelBuilder AddInitializer(string name, int[] dims, params long[] values)
        => AddInitializer(name, DataType.Int64, dims, MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>Adds an initializer of any type from its little-endian bytes.</summary>
    public OnnxModelBuilder AddInitializer(string name, DataType type, int[] dims, byte[] rawData)
    {
        _model.Graph.Initializer.Add(Tensor(name, type, dims, rawData));
        return this;
    }

    /// <summary>Adds a node; attributes may be long, int, float, double, string, long[], int[], float[], string[] or TensorProto.</summary>
    public OnnxModelBuilder AddNode(string type, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        NodeProto node = new() { OpType = type, Name = $"{type}_{_model.Graph.Node.Count}" };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        node.Attribute.Add(attributes.Select(a => Attribute(a.Name, a.Value)));
        _model.Graph.Node.Add(node);
        return this;
    }

    /// <summary>Adds QuantizeLinear and DequantizeLinear around a value: <c>name</c> -> <c>name_q</c> -> <c>name_dq</c>.</summary>
    public OnnxModelBuilder AddQuantizeDequantize(string name, float scale, sbyte zeroPoint) => this
        .AddInitializer(name + "_scale", [], scale)
        .AddInitializer(name + "_zero", [], zeroPoint)
        .AddNode("QuantizeLinear", [name, name + "_scale", name + "_zero"], [name + "_q"])
        .AddNode("DequantizeLinear", [name + "_q", name + "_scale", name + "_zero"], [name + "_dq"]);

    public byte[] Build() => _model.ToByteArray();

    public static TensorProto Tensor(string name, DataType type, int[] dims, byte[] rawData)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(rawData) };
        tensor.Dims.Add(dims.Select(d => (long)d));
        return tensor;
    }

    private static ValueInfoProto ValueInfo(string name, DataType type, int[] dims)
    {
        TensorShapeProto shape = new();
        // A negative length leaves the dimension open.
        shape.Dim.Add(dims.Select((d, i) => d >= 0
            ? new TensorShapeProto.Types.Dimension { DimValue = d }
            : new TensorShapeProto.Types.Dimension { DimParam = "d" + i }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        AttributeProto attribute = new() { Name = name };
        switch (value)
        {
            case int i:
                return Integer(i);
            case long i:
                return Integer(i);
            case float f:
                return Number(f);
            case double f:
                return Number((float)f);
            case string s:
                attribute.Type = AttributeProto.Types.AttributeType.String;
                attribute.S = ByteString.CopyFromUtf8(s);
                return attribute;
            case IEnumerable<int> ints:
                return Integers(ints.Select(i => (long)i));
            case IEnumerable<long> ints:
                return Integers(ints);
            case IEnumerable<float> floats:
                attribute.Type = AttributeProto.Types.AttributeType.Floats;
                attribute.Floats.Add(floats);
                return attribute;
            case IEnumerable<string> texts:
                attribute.Type = AttributeProto.Types.AttributeType.Strings;
                attribute.Strings.Add(texts.Select(ByteString.CopyFromUtf8));
                return attribute;
            case TensorProto tensor:
                attribute.Type = AttributeProto.Types.AttributeType.Tensor;
                attribute.T = tensor;
                return attribute;
            default:
                throw new ArgumentException($"An attribute cannot be a {value.GetType()}.", nameof(value));
        }

        AttributeProto Integer(long i)
        {
            attribute.Type = AttributeProto.Types.AttributeType.Int;
            attribute.I = i;
            return attribute;
        }

        AttributeProto Number(float f)
        {
            attribute.Type = AttributeProto.Types.AttributeType.Float;
            attribute.F = f;
            return attribute;
        }

        AttributeProto Integers(IEnumerable<long> ints)
        {
            attribute.Type = AttributeProto.Types.AttributeType.Ints;
            attribute.Ints.Add(ints);
            return attribute;
        }
    }
}
