using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Softmax and normalizations.</summary>
internal static class NormalizationLowering
{
    public static Kernel LowerSoftmax(Node node, PlanContext context)
    {
        var softmax = (Softmax)node.Operator;
        Value x = node.Input(0);
        bool quantized = x.Element.IsByte() && x.Type.Quantization is not null;
        if (!quantized && x.Element != ElementType.Float32) throw context.Unsupported(node, $"input {x.Type}");
        ConstantTable? exponentials = null;
        if (quantized)
        {
            float scale = x.Type.Quantization!.Scale;
            exponentials = context.Constants.Add(Enumerable.Range(0, 256).Select(difference =>
                (float)Math.Exp(-difference * (double)scale)).ToArray());
        }

        return new SoftmaxKernel
        {
            Description = quantized ? "exponentials from a table" : "exponentials computed",
            Outer = x.Shape.Product(0, softmax.Axis),
            Length = x.Shape.Product(softmax.Axis, softmax.Axis + softmax.AxisCount),
            Inner = x.Shape.Product(softmax.Axis + softmax.AxisCount, x.Shape.Rank),
            Logarithm = softmax.Logarithm,
            Exponentials = exponentials,
            Input = x.Element,
            Result = softmax.Result,
            Cost = LayerCost.None with { WeightBytes = exponentials?.Bytes ?? 0 },
        };
    }

    public static Kernel LowerStandardize(Node node, PlanContext context)
    {
        var standardize = (Standardize)node.Operator;
        RequireFloat(node, context);
        return new StandardizeKernel
        {
            Description = "mean and variance, then one pass",
            Runs = node.Input(0).Shape.Count / standardize.Length,
            Length = standardize.Length,
            Epsilon = standardize.Epsilon,
        };
    }

    public static Kernel LowerLocalResponse(Node node, PlanContext context)
    {
        RequireFloat(node, context);
        Shape shape = node.Input(0).Shape;
        if (shape.Rank < 2) throw context.Unsupported(node, $"input {shape}");
        return new LocalResponseKernel
        {
            Description = "window over channels",
            Operator = (LocalResponse)node.Operator,
            Samples = shape[0],
            Channels = shape[1],
            Inner = shape.Product(2, shape.Rank),
        };
    }

    private static void RequireFloat(Node node, PlanContext context)
    {
        if (node.Input(0).Element != ElementType.Float32) throw context.Unsupported(node, $"input {node.Input(0).Type}");
    }
}
