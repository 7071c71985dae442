using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export.Operators;

/// <summary>Functions of one and two tensors, Where and Cast.</summary>
internal static class ElementWiseExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters)
    {
        exporters[typeof(Unary)] = OfOne;
        exporters[typeof(Binary)] = OfTwo;
        exporters[typeof(Select)] = (node, context) =>
            context.Add("Where", node.Name, node.Inputs.Select(context.Name), [context.Result(node)]);
        exporters[typeof(Cast)] = (node, context) =>
            context.Add("Cast", node.Name, [context.Name(node.Input(0))], [context.Result(node)],
                Attributes.Int("to", (int)TensorEncoder.TypeOf(((Cast)node.Operator).Target)));
    }

    private static void OfOne(Node node, ExportContext context)
    {
        var unary = (Unary)node.Operator;
        string x = context.Name(node.Input(0)), y = context.Result(node);
        switch (unary.Function)
        {
            case UnaryFunction.Clip:
                Clip(node, context, unary, x, y);
                return;
            case UnaryFunction.Swish:
                Swish(node, context, unary.Alpha, x, y);
                return;
            default:
                (string name, long opset) = NameOf(unary.Function);
                context.Require(opset);
                context.Add(name, node.Name, [x], [y], [.. ParametersOf(unary)]);
                return;
        }
    }

    private static void Clip(Node node, ExportContext context, Unary clip, string x, string y)
    {
        if (clip.Alpha == 0 && float.IsPositiveInfinity(clip.Beta))
        {
            context.Add("Relu", node.Name, [x], [y]);
            return;
        }

        string Bound(float value, string name) =>
            float.IsInfinity(value) ? "" : context.Constant($"{y}_{name}", Tensor.Floats(Shape.Scalar, [value]));
        context.Add("Clip", node.Name, [x, Bound(clip.Alpha, "min"), Bound(clip.Beta, "max")], [y]);
    }

    // Swish is an operator since set 24, newer than most readers.
    private static void Swish(Node node, ExportContext context, float alpha, string x, string y)
    {
        string scaled = alpha == 1 ? x
            : context.AddStep("Mul", node, "scaled", [x, context.Constant(y + "_alpha", Tensor.Floats(Shape.Scalar, [alpha]))]);
        context.Add("Mul", node.Name, [x, context.AddStep("Sigmoid", node, "sigmoid", [scaled])], [y]);
    }

    private static void OfTwo(Node node, ExportContext context)
    {
        BinaryFunction function = ((Binary)node.Operator).Function;
        string name = function switch
        {
            BinaryFunction.Subtract => "Sub",
            BinaryFunction.Multiply => "Mul",
            BinaryFunction.Divide => "Div",
            BinaryFunction.Power => "Pow",
            BinaryFunction.Minimum => "Min",
            BinaryFunction.Maximum => "Max",
            BinaryFunction.Modulo or BinaryFunction.FloatModulo => "Mod",
            BinaryFunction.LessOrEqual => "LessOrEqual",
            BinaryFunction.GreaterOrEqual => "GreaterOrEqual",
            _ => function.ToString(),
        };
        if (function is BinaryFunction.BitwiseAnd or BinaryFunction.BitwiseOr or BinaryFunction.BitwiseXor) context.Require(18);
        AttributeProto[] attributes = name == "Mod" ? [Attributes.Flag("fmod", function == BinaryFunction.FloatModulo)] : [];
        context.Add(name, node.Name, [context.Name(node.Input(0)), context.Name(node.Input(1))], [context.Result(node)], attributes);
    }

    // Name and the operator set since which it exists, where that is not an old one.
    private static (string Name, long Opset) NameOf(UnaryFunction function) => function switch
    {
        UnaryFunction.Negate => ("Neg", 13),
        UnaryFunction.Ceiling => ("Ceil", 13),
        UnaryFunction.IsInfinite => ("IsInf", 10),
        UnaryFunction.HardSwish => ("HardSwish", 14),
        UnaryFunction.Mish => ("Mish", 18),
        UnaryFunction.Gelu or UnaryFunction.GeluTanh => ("Gelu", 20),
        _ => (function.ToString(), 13),
    };

    private static IEnumerable<AttributeProto> ParametersOf(Unary unary)
    {
        switch (unary.Function)
        {
            case UnaryFunction.LeakyRelu or UnaryFunction.Elu or UnaryFunction.Celu or UnaryFunction.ThresholdedRelu:
                return [Attributes.Float("alpha", unary.Alpha)];
            case UnaryFunction.Selu:
                return [Attributes.Float("alpha", unary.Alpha), Attributes.Float("gamma", unary.Beta)];
            case UnaryFunction.HardSigmoid:
                return [Attributes.Float("alpha", unary.Alpha), Attributes.Float("beta", unary.Beta)];
            case UnaryFunction.Shrink:
                return [Attributes.Float("bias", unary.Alpha), Attributes.Float("lambd", unary.Beta)];
            case UnaryFunction.IsInfinite:
                return [Attributes.Flag("detect_negative", unary.Alpha != 0), Attributes.Flag("detect_positive", unary.Beta != 0)];
            case UnaryFunction.GeluTanh:
                return [Attributes.Text("approximate", "tanh")];
            default:
                return [];
        }
    }
}
