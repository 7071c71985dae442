using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>QuantizeLinear, DequantizeLinear, QLinearConv, QLinearMatMul. The last two are read as dequantize, operation,
/// quantize.</summary>
internal static class QuantizationImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["QuantizeLinear"] = QuantizeLinear;
        importers["DequantizeLinear"] = DequantizeLinear;
        importers["QLinearConv"] = QLinearConv;
        importers["QLinearMatMul"] = QLinearMatMul;
    }

    private static void QuantizeLinear(NodeContext node)
    {
        Value x = node.Input(0);
        int declared = checked((int)node.Int("output_dtype", 0));
        ElementType target = node.OptionalInput(2)?.Element
            ?? (declared != 0 ? TensorReader.ElementTypeOf(declared, "attribute \"output_dtype\"") : ElementType.UInt8);
        IntegerRange? narrow = node.NarrowRange(2) ?? TensorReader.NarrowRange(declared);
        node.Result(new Quantize(target, Parameters(node, 1, 2, x.Shape), narrow ?? Range(node, target)), x);
        node.MarkNarrow(narrow);
    }

    private static void DequantizeLinear(NodeContext node)
    {
        Value x = node.Input(0);
        node.Result(new Dequantize(Parameters(node, 1, 2, x.Shape)), x);
    }

    private static void QLinearConv(NodeContext node)
    {
        Value x = node.Input(0), w = node.Input(3);
        Quantization input = Parameters(node, 1, 2, x.Shape, perAxis: -1), weights = Parameters(node, 4, 5, w.Shape, perAxis: 0);
        Quantization output = Parameters(node, 6, 7, x.Shape, perAxis: -1);
        Value? bias = null;
        if (node.OptionalConstant(8, "bias") is { } integers)
        {
            // int32 with scale x_scale * w_scale and zero point 0 (ONNX QLinearConv).
            float[] scales = Enumerable.Range(0, integers.Count).Select(c =>
                input.Scale * weights.Scales[weights.IsPerTensor ? 0 : c]).ToArray();
            bias = node.Add(new Dequantize(new Quantization(new(scales), new(new int[scales.Length]), scales.Length == 1 ? -1 : 0)), "bias",
                node.Input(8));
        }

        Window window = ConvolutionImporters.ReadWindow(node, x.Shape, w.Shape.Dimensions.Skip(2).ToArray());
        Value product = node.Add(
            new Convolution(window, checked((int)node.Int("group", 1))), "product",
            node.Add(new Dequantize(input), "x", x), node.Add(new Dequantize(weights), "w", w), bias);
        node.Result(new Quantize(node.Input(7).Element, output, Range(node, node.Input(7).Element)), product);
    }

    private static void QLinearMatMul(NodeContext node)
    {
        Value a = node.Input(0), b = node.Input(3);
        Quantization left = Parameters(node, 1, 2, a.Shape, perAxis: -1);
        Quantization right = Parameters(node, 4, 5, b.Shape, perAxis: b.Shape.Rank - 1),
            output = Parameters(node, 6, 7, a.Shape, perAxis: -1);
        Value x = node.Add(new Dequantize(left), "a", a), y = node.Add(new Dequantize(right), "b", b);
        Value product = b.Constant is not null && b.Shape.Rank == 2
            ? node.Add(new FullyConnected(), "product", x, node.Add(new Transpose(new([1, 0])), "transposed", y))
            : MatrixImporters.Product(node, x, y);
        node.Result(new Quantize(node.Input(7).Element, output, Range(node, node.Input(7).Element)), product);
    }

    private static IntegerRange Range(NodeContext node, ElementType target) =>
        target is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.UInt16
            ? IntegerRange.Of(target)
            : throw node.Unsupported($"quantization to {target}; make the zero point an integer of 4, 8 or 16 bits");

    private static Quantization Parameters(NodeContext node, int scaleInput, int zeroPointInput, Shape shape, int? perAxis = null)
    {
        Tensor scale = node.Constant(scaleInput, "scale");
        Tensor? zeroPoint = node.OptionalConstant(zeroPointInput, "zero point");
        if (node.Int("block_size", 0) != 0) throw node.Unsupported("blocked quantization");
        float[] scales = scale.ToFloats();
        if (scales.Any(value => !(value > 0) || float.IsInfinity(value))) throw node.Invalid("has a scale that is not a positive number");
        int[] zeroPoints = zeroPoint?.ToLongs().Select(value => checked((int)value)).ToArray() ?? new int[scales.Length];
        if (zeroPoints.Length != scales.Length) throw node.Invalid($"has {scales.Length} scales and {zeroPoints.Length} zero points");
        if (scales.Length == 1) return new Quantization(scales[0], zeroPoints[0]);

        int axis = perAxis ?? shape.Axis(node.Int("axis", 1));
        if (axis < 0 || scale.Shape.Rank > 1) throw node.Unsupported($"scales of shape {scale.Shape}");
        if (shape[axis] != scales.Length) throw node.Invalid($"has {scales.Length} scales for axis {axis} of {shape}");
        return new Quantization(new EquatableArray<float>(scales), new EquatableArray<int>(zeroPoints), axis);
    }
}
