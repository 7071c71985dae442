using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;

namespace ModelGen.Tests.Emit;

/// <summary>Small models whose weights have few bits: each kernel that reads unpacked or packed weights, in each coding.</summary>
internal static class PackedCases
{
    public static IReadOnlyDictionary<string, Func<OperatorCase>> All { get; } =
        new Dictionary<string, Func<OperatorCase>>(StringComparer.Ordinal)
        {
            ["conv-gaps"] = () => Conv([1, 8, 8, 8], [12, 8, 3, 3], density: 0.08, bits: 4),
            ["conv-bitmap"] = () => Conv([1, 8, 8, 8], [12, 8, 3, 3], density: 0.25, bits: 8),
            ["conv-dense"] = () => Conv([1, 8, 8, 8], [12, 8, 3, 3], density: 1, bits: 3),
            ["conv-odd-channels-gaps"] = () => Conv([1, 5, 8, 8], [12, 5, 3, 3], density: 0.08, bits: 4),
            ["conv-odd-channels-dense"] = () => Conv([1, 3, 8, 8], [12, 3, 3, 3], density: 1, bits: 4),
            ["conv-stride"] = () => Conv([1, 8, 9, 9], [12, 8, 3, 3], density: 0.1, bits: 4, ("strides", new[] { 2, 2 })),
            ["conv-groups"] = () => Conv([1, 16, 6, 6], [12, 8, 3, 3], density: 0.1, bits: 4, ("group", 2)),
            ["conv-samples"] = () => Conv([2, 8, 6, 6], [12, 8, 3, 3], density: 0.1, bits: 4),
            ["conv-one-dimension"] = () => Conv([1, 12, 30], [10, 12, 5], density: 0.1, bits: 4),
            ["depthwise"] = () => Conv([1, 32, 8, 8], [32, 1, 3, 3], density: 1, bits: 4, ("group", 32)),
            ["depthwise-sparse"] = () =>
                Conv([1, 64, 9, 9], [64, 1, 3, 3], density: 0.2, bits: 4, ("group", 64), ("strides", new[] { 2, 2 })),
            ["conv-rows"] = () => Conv([1, 6, 5, 16], [12, 6, 3, 3], density: 0.1, bits: 4),
            ["conv-rows-stride"] = () => Conv([1, 4, 9, 64], [12, 4, 3, 3], density: 0.1, bits: 4, ("strides", new[] { 2, 2 })),
            ["conv-rows-dense"] = () => Conv([1, 4, 6, 16], [13, 4, 3, 3], density: 1, bits: 5),
            ["conv-cut-sums"] = () => Conv([1, 32, 6, 16], [12, 32, 3, 3], density: 0.2, bits: 6),
            ["conv-narrow"] = () => Conv([1, 8, 3, 2], [12, 8, 3, 3], density: 0.1, bits: 4),
            ["connected-gaps"] = () => Connected([1, 120], 18, density: 0.1, bits: 4),
            ["connected-bitmap"] = () => Connected([1, 120], 18, density: 0.5, bits: 8),
            ["connected-dense"] = () => Connected([1, 50], 18, density: 1, bits: 3),
            ["connected-vectors"] = () => Connected([3, 120], 18, density: 0.1, bits: 4),
            ["connected-unpacked-sparse"] = () => Connected([20, 120], 18, density: 0.1, bits: 4),
            ["connected-unpacked-columns"] = () => Connected([20, 51], 18, density: 1, bits: 4),
            ["connected-unpacked-rows"] = () => Connected([20, 51], 7, density: 1, bits: 4),
            ["connected-float-sparse"] = () => WeightOnly([1, 120], 18, density: 0.1),
            ["connected-float-columns"] = () => WeightOnly([1, 51], 18, density: 0.8),
            ["connected-float-rows"] = () => WeightOnly([2, 51], 7, density: 0.8),
            ["lstm-gaps"] = () => Recurrent("LSTM", 4, density: 0.1, perRow: false),
            ["lstm-dense"] = () => Recurrent("LSTM", 4, density: 1, perRow: true),
            ["lstm-two-directions"] = () => Recurrent("LSTM", 4, density: 0.5, perRow: true, directions: 2),
            ["gru-gaps"] = () => Recurrent("GRU", 3, density: 0.1, perRow: true),
            ["gru-dense"] = () => Recurrent("GRU", 3, density: 1, perRow: false, attributes: ("linear_before_reset", 1)),
            ["rnn-bitmap"] = () => Recurrent("RNN", 1, density: 0.5, perRow: false, bits: 8),
        };

    private static OperatorCase Conv(int[] x, int[] w, double density, int bits, params (string, object)[] attributes)
    {
        OperatorCase model = new OperatorCase().Quantized("x", x, 0.05f, 3);
        Weights(model, "w", w, density, bits, w[0]);
        int[] pads = x.Length == 3 ? [2, 2] : [1, 1, 1, 1];
        return model.QuantizedBias("b", 0.05f, "w").Node("Conv", ["x", "w", "b"], ["y"], [("pads", pads), .. attributes])
            .QuantizedOutput("y", 0.4f, -5);
    }

    private static OperatorCase Connected(int[] x, int outputs, double density, int bits)
    {
        OperatorCase model = new OperatorCase().Quantized("x", x, 0.05f, 3);
        Weights(model, "w", [outputs, x[1]], density, bits, outputs);
        return model.QuantizedBias("b", 0.05f, "w").Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.3f, -5);
    }

    private static OperatorCase WeightOnly(int[] x, int outputs, double density)
    {
        OperatorCase model = new OperatorCase().Input("x", x);
        Weights(model, "w", [outputs, x[1]], density, 4, outputs, shortScales: true);
        Halves(model, "b", [outputs]);
        return model.Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).Output("y");
    }

    private static OperatorCase Recurrent(string type, int gates, double density, bool perRow, int directions = 1, int bits = 4,
        params (string, object)[] attributes)
    {
        const int inputs = 11, hidden = 12;
        OperatorCase model = new OperatorCase().Input("x", [5, 1, inputs]);
        int rows = gates * hidden;
        Weights(model, "w", [directions, rows, inputs], density, bits, perRow ? rows : 1);
        Weights(model, "r", [directions, rows, hidden], density, bits, perRow ? rows : 1);
        Halves(model, "b", [directions, 2 * rows]);
        (string, object)[] all = [("hidden_size", hidden), ("direction", directions == 2 ? "bidirectional" : "forward"), .. attributes];
        return model.Node(type, ["x", "w", "r", "b"], ["y", "h"], all).Output("y").Output("h");
    }

    // Rows of different bits, one of them all zero; a scale a row (the axis before the last ones of a row) or one for all.
    private static void Weights(OperatorCase model, string name, int[] dims, double density, int bits, int scales, bool shortScales = false)
    {
        bool isRecurrent = dims.Length == 3 && name is "w" or "r" && model.Inputs.ContainsKey("x");
        var random = new Random(11);
        int rows = isRecurrent ? dims[0] * dims[1] : dims[0], size = Shapes.Count(dims) / rows;
        sbyte[] values = [.. Enumerable.Range(0, rows * size).Select(i =>
        {
            int row = i / size, width = row % 5 == 3 ? Math.Max(2, bits - 1) : bits;
            if (row % 7 == 6 || random.NextDouble() >= density) return (sbyte)0;
            int value = random.Next(-(1 << (width - 1)), 1 << (width - 1));
            return (sbyte)(value == 0 ? 1 : value);
        })];
        model.Model.AddInitializer(name + "_q", dims, values);
        model.Model.AddInitializer(name + "_scale", scales == 1 ? [] : [scales],
            [.. Enumerable.Range(0, scales).Select(_ => Scale(0.01 + 0.03 * random.NextDouble(), shortScales))]);
        model.Model.AddNode("DequantizeLinear", [name + "_q", name + "_scale"], [name], ("axis", isRecurrent ? 1 : 0));
    }

    // Short: exponent and four bits of fraction.
    private static float Scale(double value, bool isShort) => isShort
        ? BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits((float)value) >> 19 << 19) : (float)value;

    // Numbers of few bits, so that the sum of two also fits a 16-bit format.
    private static void Halves(OperatorCase model, string name, int[] dims)
    {
        var random = new Random(13);
        model.Model.AddInitializer(name, dims, [.. Enumerable.Range(0, Shapes.Count(dims)).Select(_ => random.Next(-60, 60) / 64f)]);
    }
}
