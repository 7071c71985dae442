using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Conversions between real numbers and integers.</summary>
internal static class QuantizationLowering
{
    public static Kernel LowerQuantize(Node node, PlanContext context)
    {
        Value x = node.Input(0);
        var quantize = (Quantize)node.Operator;
        Quantization parameters = quantize.Parameters;
        if (x.Element != ElementType.Float32) throw context.Unsupported(node, $"input {x.Type}");
        return new QuantizeKernel
        {
            Description = "element by element",
            Length = x.Shape.Count,
            Output = node.Output.Element,
            Parameters = parameters,
            Range = quantize.Range,
            Inner = Inner(parameters, x.Shape),
            Scales = parameters.IsPerTensor ? null : context.Constants.Add(parameters.Scales.ToArray()),
            ZeroPoints = parameters.IsPerTensor ? null : context.Constants.Add(parameters.ZeroPoints.ToArray()),
        };
    }

    public static Kernel LowerDequantize(Node node, PlanContext context)
    {
        Value x = node.Input(0);
        Quantization parameters = ((Dequantize)node.Operator).Parameters;
        return new DequantizeKernel
        {
            Description = "element by element",
            Length = x.Shape.Count,
            Input = x.Element,
            Parameters = parameters,
            Inner = Inner(parameters, x.Shape),
            Scales = parameters.IsPerTensor ? null : context.Constants.Add(parameters.Scales.ToArray()),
            ZeroPoints = parameters.IsPerTensor ? null : context.Constants.Add(parameters.ZeroPoints.ToArray()),
        };
    }

    private static int Inner(Quantization parameters, Shape shape) =>
        parameters.IsPerTensor ? 1 : shape.Product(parameters.Axis + 1, shape.Rank);
}
