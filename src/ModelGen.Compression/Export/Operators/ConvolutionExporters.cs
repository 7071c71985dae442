using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export.Operators;

/// <summary>Conv.</summary>
internal static class ConvolutionExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters) => exporters[typeof(Convolution)] = Conv;

    /// <summary>Attributes that Conv and pooling share.</summary>
    public static IEnumerable<AttributeProto> WindowAttributes(Window window)
    {
        yield return Attributes.Ints("kernel_shape", window.Kernel);
        yield return Attributes.Ints("strides", window.Strides);
        if (window.Dilations.Any(dilation => dilation != 1)) yield return Attributes.Ints("dilations", window.Dilations);
        yield return Attributes.Ints("pads", window.PadsBegin.Concat(window.PadsEnd));
    }

    private static void Conv(Node node, ExportContext context)
    {
        var convolution = (Convolution)node.Operator;
        List<string> inputs = [context.Name(node.Input(0)), context.Name(node.Input(1))];
        if (node.OptionalInput(2) is { } bias)
            inputs.Add(ConstantForms.Reshaped(context, node, bias, new Shape(node.Input(1).Shape[0])));
        context.Add("Conv", node.Name, inputs, [context.Result(node)],
            [.. WindowAttributes(convolution.Window), Attributes.Int("group", convolution.Groups)]);
    }
}
