using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;
using QuantizeLinear = ModelGen.Graph.Operators.Quantize;

namespace ModelGen.Compression.Export.Operators;

/// <summary>QuantizeLinear and DequantizeLinear.</summary>
internal static class QuantizationExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters)
    {
        exporters[typeof(QuantizeLinear)] = WriteQuantize;
        exporters[typeof(Dequantize)] = WriteDequantize;
    }

    /// <summary>Writes DequantizeLinear of a constant in another form than the graph has it; gives the name of the result.</summary>
    /// <param name="context">Where it is written.</param>
    /// <param name="name">Name of the result, already claimed.</param>
    /// <param name="source">The constant in the graph.</param>
    /// <param name="integers">Its elements in the form wanted.</param>
    /// <param name="form">Tells forms of a constant apart.</param>
    /// <param name="parameters">Scales and zero points in that form.</param>
    public static string AddDequantize(ExportContext context, string name, Value source, Tensor integers, string form,
        Quantization parameters)
    {
        OnnxDataType type = context.TypeOf(source);
        string constant = context.Form(source, form, fresh => context.AddInitializer(fresh, integers, type));
        Add(context, "DequantizeLinear", name, constant, name, source.Element, type, parameters);
        return name;
    }

    private static void WriteQuantize(Node node, ExportContext context)
    {
        var quantize = (QuantizeLinear)node.Operator;
        Value result = node.Output;
        OnnxDataType type = context.TypeOf(result);
        IntegerRange range = TensorEncoder.NarrowRange(type) ?? IntegerRange.Of(quantize.Target);
        if (quantize.Range != range)
            throw ExportContext.Unsupported(node, $"no ONNX type saturates to {quantize.Range.Low} to {quantize.Range.High}");
        Add(context, "QuantizeLinear", node.Name, context.Name(node.Input(0)), context.Result(node), quantize.Target, type,
            quantize.Parameters);
    }

    private static void WriteDequantize(Node node, ExportContext context)
    {
        Value x = node.Input(0);
        Add(context, "DequantizeLinear", node.Name, context.Name(x), context.Result(node), x.Element, context.TypeOf(x),
            ((Dequantize)node.Operator).Parameters);
    }

    private static void Add(ExportContext context, string operation, string node, string x, string result, ElementType element,
        OnnxDataType type, Quantization parameters)
    {
        // 16-bit and 4-bit integers are part of the operators since set 21; int32 has been part of DequantizeLinear always.
        if (type is not (OnnxDataType.Int8 or OnnxDataType.UInt8 or OnnxDataType.Int32)) context.Require(21);
        Shape shape = parameters.IsPerTensor ? Shape.Scalar : new Shape(parameters.Scales.Count);
        List<string> inputs = [x, context.Constant(result + "_scale", Tensor.Floats(shape, [.. parameters.Scales]))];

        // ONNX Runtime takes no zero points of int32 but zeros, which are the default.
        bool isDefault = type == OnnxDataType.Int32 && parameters.ZeroPoints.All(zero => zero == 0);
        if (!isDefault)
        {
            Tensor zeroPoints = TensorEncoder.Vector(element, shape, parameters.ZeroPoints);
            string zeroName = context.Fresh(result + "_zero_point");
            inputs.Add(context.AddInitializer(zeroName, zeroPoints, type));
        }

        AttributeProto[] attributes = parameters.IsPerTensor ? [] : [Attributes.Int("axis", parameters.Axis)];
        context.Add(operation, node, inputs, [result], attributes);
    }
}
