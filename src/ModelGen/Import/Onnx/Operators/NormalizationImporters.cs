using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Normalizations: of batch, instances, layers, groups and channels, by variance and by norms; Softmax, LogSoftmax.</summary>
internal static class NormalizationImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["BatchNormalization"] = BatchNormalization;
        importers["InstanceNormalization"] = InstanceNormalization;
        importers["LayerNormalization"] = LayerNormalization;
        importers["GroupNormalization"] = GroupNormalization;
        importers["RMSNormalization"] = RootMeanSquareNormalization;
        importers["MeanVarianceNormalization"] = MeanVarianceNormalization;
        importers["LpNormalization"] = LpNormalization;
        importers["LRN"] = node => node.Result(
            new LocalResponse(checked((int)node.Int("size", 1)), node.Float("alpha", 1e-4f), node.Float("beta", 0.75f),
                node.Float("bias", 1)), node.Input(0));
        importers["Softmax"] = node => Softmax(node, logarithm: false);
        importers["LogSoftmax"] = node => Softmax(node, logarithm: true);
    }

    // With constant statistics this is a scale and a shift a channel, which a pass folds into the convolution before it.
    private static void BatchNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        if (node.Int("training_mode", 0) != 0) throw node.Unsupported("training_mode");
        float[] scale = node.Constant(1, "scale").ToFloats(), bias = node.Constant(2, "bias").ToFloats();
        float[] mean = node.Constant(3, "mean").ToFloats(), variance = node.Constant(4, "variance").ToFloats();
        int channels = x.Shape.Rank > 1 ? x.Shape[1] : 1;
        if (new[] { scale, bias, mean, variance }.Any(values => values.Length != channels))
            throw node.Invalid($"has parameters that do not fit {channels} channels");
        double epsilon = node.Float("epsilon", 1e-5f);
        float[] factor = new float[channels], shift = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double f = scale[c] / Math.Sqrt(variance[c] + epsilon);
            factor[c] = (float)f;
            shift[c] = (float)(bias[c] - mean[c] * f);
        }

        Shape shape = PerChannel(channels, x.Shape.Rank);
        Value scaled = node.Add(new Binary(BinaryFunction.Multiply), "scaled", x,
            GraphBuilder.Constant("scale", Tensor.Floats(shape, factor)));
        node.Result(new Binary(BinaryFunction.Add), scaled, GraphBuilder.Constant("shift", Tensor.Floats(shape, shift)));
    }

    private static void InstanceNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        if (x.Shape.Rank < 3) throw node.Invalid($"has input {x.Shape}");
        Value standard = node.Add(new Standardize(x.Shape.Product(2, x.Shape.Rank), node.Float("epsilon", 1e-5f)), "standardized", x);
        Shape shape = PerChannel(x.Shape[1], x.Shape.Rank);
        ScaleAndShift(node, standard, node.Add(new Reshape(shape), "scale", node.Input(1)),
            node.Add(new Reshape(shape), "shift", node.Input(2)));
    }

    private static void LayerNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        int axis = x.Shape.Axis(node.Int("axis", -1));
        Statistics(node, x, axis);
        Value standard = node.Add(new Standardize(x.Shape.Product(axis, x.Shape.Rank), node.Float("epsilon", 1e-5f)), "standardized", x);
        ScaleAndShift(node, standard, node.Input(1), node.OptionalInput(2));
    }

    // The optional outputs of LayerNormalization: mean and 1 / sqrt(variance + epsilon).
    private static void Statistics(NodeContext node, Value x, int axis)
    {
        if (node.OutputName(1).Length == 0 && node.OutputName(2).Length == 0) return;
        var axes = new EquatableArray<int>(Enumerable.Range(axis, x.Shape.Rank - axis));
        var average = new Reduction(ReductionFunction.Mean, axes, KeepDimensions: true);
        Value mean = node.AddNamed(average, node.OutputName(1), x);
        node.Define(1, mean);
        if (node.OutputName(2).Length == 0) return;
        Value centered = node.Add(new Binary(BinaryFunction.Subtract), "centered", x, mean);
        Value variance = node.Add(average, "variance", node.Add(new Binary(BinaryFunction.Multiply), "squares", centered, centered));
        Value epsilon = GraphBuilder.Constant("epsilon", Tensor.Floats(Shape.Scalar, [node.Float("epsilon", 1e-5f)]));
        Value deviation = node.Add(new Unary(UnaryFunction.Sqrt), "deviation",
            node.Add(new Binary(BinaryFunction.Add), "shifted", variance, epsilon));
        node.Define(2, node.AddNamed(new Unary(UnaryFunction.Reciprocal), node.OutputName(2), deviation));
    }

    private static void GroupNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        int groups = checked((int)node.Int("num_groups", 1));
        if (x.Shape.Rank < 3 || groups < 1 || x.Shape[1] % groups != 0) throw node.Invalid($"has {groups} groups for input {x.Shape}");
        Value standard = node.Add(new Standardize(x.Shape.Product(1, x.Shape.Rank) / groups, node.Float("epsilon", 1e-5f)), "standardized",
            x);
        Value scale = node.Input(1), shift = node.Input(2);
        if (scale.Shape.Count != x.Shape[1])
            throw node.Unsupported("scale and bias a group (operator set 18) are deprecated; export with operator set 21");
        Shape shape = PerChannel(x.Shape[1], x.Shape.Rank);
        ScaleAndShift(node, standard, node.Add(new Reshape(shape), "scale", scale), node.Add(new Reshape(shape), "shift", shift));
    }

    // y = x / sqrt(mean(x^2) + epsilon) * scale, the mean over the axes from the given one on (ONNX RMSNormalization).
    private static void RootMeanSquareNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        int axis = x.Shape.Axis(node.Int("axis", -1));
        var average = new Reduction(ReductionFunction.Mean, new(Enumerable.Range(axis, x.Shape.Rank - axis)), KeepDimensions: true);
        Value mean = node.Add(average, "mean", node.Add(new Binary(BinaryFunction.Multiply), "squares", x, x));
        Value shifted = node.Add(new Binary(BinaryFunction.Add), "shifted", mean, Number("epsilon", x, node.Float("epsilon", 1e-5f)));
        Value root = node.Add(new Unary(UnaryFunction.Sqrt), "root", shifted);
        Value normalized = node.Add(new Binary(BinaryFunction.Divide), "normalized", x, root);
        node.Result(new Binary(BinaryFunction.Multiply), normalized, node.Input(1));
    }

    // y = (x - mean) / (deviation + 1e-9), by default of each channel over all samples (ONNX MeanVarianceNormalization).
    private static void MeanVarianceNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        int[] axes = (node.Ints("axes") ?? [0, 2, 3]).Select(axis => x.Shape.Axis(axis)).Distinct().OrderBy(axis => axis).ToArray();
        var average = new Reduction(ReductionFunction.Mean, new(axes), KeepDimensions: true);
        Value centered = node.Add(new Binary(BinaryFunction.Subtract), "centered", x, node.Add(average, "mean", x));
        Value variance = node.Add(average, "variance", node.Add(new Binary(BinaryFunction.Multiply), "squares", centered, centered));
        Value deviation = node.Add(new Unary(UnaryFunction.Sqrt), "deviation", variance);
        Value shifted = node.Add(new Binary(BinaryFunction.Add), "shifted", deviation, Number("epsilon", x, 1e-9));
        node.Result(new Binary(BinaryFunction.Divide), centered, shifted);
    }

    private static Value Number(string name, Value like, double value) =>
        GraphBuilder.Constant(name, Tensor.From(ElementType.Float64, Shape.Scalar, [value]).Cast(like.Element));

    private static void LpNormalization(NodeContext node)
    {
        Value x = node.Input(0);
        long p = node.Int("p", 2);
        if (p is not (1 or 2)) throw node.Unsupported($"p = {p}");
        int axis = x.Shape.Axis(node.Int("axis", -1));
        Value norm = node.Add(new Reduction(p == 1 ? ReductionFunction.L1 : ReductionFunction.L2, new([axis]), KeepDimensions: true),
            "norm", x);
        node.Result(new Binary(BinaryFunction.Divide), x, norm);
    }

    // Before operator set 13 all axes from the given one on are taken together, and the axis defaults to 1.
    private static void Softmax(NodeContext node, bool logarithm)
    {
        Value x = node.Input(0);
        bool together = node.Opset < 13;
        int axis = x.Shape.Axis(node.Int("axis", together ? 1 : -1));
        node.Result(new Softmax(axis, together ? x.Shape.Rank - axis : 1, logarithm), x);
    }

    private static void ScaleAndShift(NodeContext node, Value standard, Value scale, Value? shift)
    {
        if (shift is null)
        {
            node.Result(new Binary(BinaryFunction.Multiply), standard, scale);
            return;
        }

        node.Result(new Binary(BinaryFunction.Add), node.Add(new Binary(BinaryFunction.Multiply), "scaled", standard, scale), shift);
    }

    private static Shape PerChannel(int channels, int rank) => new(Enumerable.Repeat(1, Math.Max(0, rank - 2)).Prepend(channels));
}
