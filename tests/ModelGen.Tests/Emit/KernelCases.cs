using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;

namespace ModelGen.Tests.Emit;

/// <summary>A model of one layer for each kernel family: small enough that its emitted code can be read.</summary>
internal static class KernelCases
{
    public static IReadOnlyDictionary<string, Func<OperatorCase>> All { get; } =
        new Dictionary<string, Func<OperatorCase>>(StringComparer.Ordinal)
        {
            ["conv-dense"] = () => Conv(1, density: 1),
            ["conv-sparse"] = () => Conv(1, density: 0.2),
            ["conv-sparse-columns"] = () => new OperatorCase().Input("x", [1, 2, 8, 8]).SparseWeights("w", [4, 2, 3, 3], 0.3).Weights("b", [4])
                .Node("Conv", ["x", "w", "b"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", ["c"], ["y"]).Output("y"),
            ["conv-batch"] = () => Conv(2, density: 1),
            ["conv-depthwise"] = () => new OperatorCase().Input("x", [1, 4, 6, 6]).Weights("w", [4, 1, 3, 3]).Weights("b", [4])
                .Node("Conv", ["x", "w", "b"], ["y"], ("group", 4), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })).Output("y"),
            ["conv-channels-last"] = () => new OperatorCase().Input("x", [1, 8, 6, 6]).Weights("w", [24, 8, 3, 3]).Weights("b", [24])
                .Node("Conv", ["x", "w", "b"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", ["c"], ["y"]).Output("y"),
            ["conv-channels-last-depthwise"] = () => new OperatorCase().Input("x", [1, 8, 6, 6]).Weights("w", [8, 8, 3, 3])
                .Weights("d", [8, 1, 3, 3]).Node("Conv", ["x", "w"], ["c"])
                .Node("Conv", ["c", "d"], ["y"], ("group", 8), ("pads", new[] { 0, 1, 2, 1 })).Output("y"),
            ["conv-channels-last-int8"] = () => new OperatorCase().Quantized("x", [1, 6, 5, 8], 0.05f, 3).QuantizedWeights("w", [24, 8, 3, 3])
                .QuantizedWeights("d", [24, 1, 3, 3]).Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 }))
                .Node("Conv", ["t", "w"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Requantized("c", 0.1f, 3)
                .Node("Conv", ["c_d", "d"], ["e"], ("group", 24), ("pads", new[] { 0, 1, 2, 1 })).Requantized("e", 0.1f, 3)
                .Node("GlobalAveragePool", ["e_d"], ["y"]).QuantizedOutput("y", 0.04f, -5),
            ["conv-channels-last-sparse"] = () => new OperatorCase().Quantized("x", [1, 4, 4, 20], 0.05f, 3).QuantizedWeights("w", [16, 20, 3, 3], density: 0.2)
                .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Node("Conv", ["t", "w"], ["c"], ("pads", new[] { 1, 1, 1, 1 }))
                .Requantized("c", 0.1f, 3).Node("GlobalAveragePool", ["c_d"], ["y"]).QuantizedOutput("y", 0.04f, -5),
            ["conv-int8"] = () => QuantizedConv(density: 1),
            ["conv-int8-sparse"] = () => QuantizedConv(density: 0.2),
            ["connected-columns"] = () => Connected(inputs: 5, outputs: 32),
            ["connected-rows"] = () => Connected(inputs: 64, outputs: 2),
            ["connected-sparse"] = () => Connected(inputs: 256, outputs: 64, density: 0.1),
            ["connected-unrolled"] = () => Connected(inputs: 16, outputs: 4, density: 0.2),
            ["connected-int8"] = () => new OperatorCase().Quantized("x", [1, 9], 0.05f, 3).QuantizedWeights("w", [16, 9]).QuantizedBias("b",
                0.05f, "w")
                .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.3f, -5),
            ["matrix-multiply"] = () => new OperatorCase().Input("a", [2, 3, 4]).Input("b", [2, 4, 5]).Node("MatMul", ["a", "b"],
                ["y"]).Output("y"),
            ["matrix-multiply-int8"] = () => new OperatorCase().Quantized("a", [2, 3, 5], 0.05f, 3).Quantized("b", [2, 5, 6], 0.04f, -7)
                .Node("MatMul", ["a", "b"], ["y"]).QuantizedOutput("y", 0.3f, 5),
            ["pool-max"] = () => new OperatorCase().Input("x", [1, 2, 6, 6]).Node("MaxPool", ["x"], ["y"], ("kernel_shape", new[] { 2, 2 }),
                ("strides", new[] { 2, 2 })).Output("y"),
            ["pool-max-int8"] = () => new OperatorCase().Quantized("x", [1, 2, 4, 6], 0.05f, 3)
                .Node("MaxPool", ["x"], ["y"], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })).QuantizedOutput("y", 0.05f, 3),
            ["pool-average"] = () => new OperatorCase().Input("x", [1, 2, 6, 6])
                .Node("AveragePool", ["x"], ["y"], ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 })).Output("y"),
            ["pool-average-int8"] = () => new OperatorCase().Quantized("x", [1, 2, 6, 6], 0.05f, 3)
                .Node("AveragePool", ["x"], ["y"], ("kernel_shape", new[] { 2, 2 })).QuantizedOutput("y", 0.04f, -5),
            ["element-wise"] = () => new OperatorCase().Input("a", [1, 3, 4, 5]).Input("b", [3, 1, 1]).Node("Mul", ["a", "b"],
                ["m"]).Node("Tanh", ["m"], ["y"]).Output("y"),
            ["element-wise-int8"] = () => new OperatorCase().Quantized("a", [1, 3, 8], 0.05f, 3).Quantized("b", [1, 3, 8], 0.04f, -7)
                .Node("Add", ["a", "b"], ["y"]).QuantizedOutput("y", 0.08f, 5),
            ["lookup-int8"] = () => new OperatorCase().Quantized("x", [1, 24], 0.05f, 3).Node("Sigmoid", ["x"], ["y"]).QuantizedOutput("y",
                1 / 256f, -128),
            ["lookup-int8-channels"] = () => new OperatorCase().Quantized("x", [1, 2, 12], 0.05f, 3).Weights("s", [2, 1])
                .Node("PRelu", ["x", "s"], ["y"]).QuantizedOutput("y", 0.05f, -5),
            ["sum-int8"] = () => new OperatorCase().Quantized("a", [1, 3, 8], 0.05f, 3).Quantized("b", [1, 3, 8], 0.04f, -7)
                .Quantized("c", [3, 1], 0.03f, 0)
                .Node("Sum", ["a", "b", "c"], ["y"]).QuantizedOutput("y", 0.1f, 5),
            ["softmax"] = () => new OperatorCase().Input("x", [1, 10]).Node("Softmax", ["x"], ["y"], ("axis", 1)).Output("y"),
            ["layer-normalization"] = () => new OperatorCase().Input("x", [1, 4, 6]).Weights("s", [6]).Weights("b", [6])
                .Node("LayerNormalization", ["x", "s", "b"], ["y"]).Output("y"),
            ["reduction"] = () => new OperatorCase().Input("x", [1, 3, 4, 5]).Node("ReduceMean", ["x"], ["y"], ("axes", new[] { 2, 3 }),
                ("keepdims", 0)).Output("y"),
            ["transpose"] = () => new OperatorCase().Input("x", [1, 3, 4, 5]).Node("Transpose", ["x"], ["y"],
                ("perm", new[] { 0, 2, 3, 1 })).Output("y"),
            ["concatenate"] = () => new OperatorCase().Input("a", [1, 3, 4]).Input("b", [1, 2, 4]).Node("Concat", ["a", "b"], ["y"],
                ("axis", 1)).Output("y"),
            ["gather"] = () => new OperatorCase().Input("x", [5, 4]).Constant("i", 3, -1, 0).Node("Gather", ["x", "i"], ["y"]).Output("y"),
            ["lstm"] = () => Recurrent("LSTM", gates: 4),
            ["lstm-sparse"] = () => Recurrent("LSTM", gates: 4, density: 0.1),
            ["gru"] = () => Recurrent("GRU", gates: 3, attributes: ("linear_before_reset", 1)),
            ["gru-reset-first"] = () => Recurrent("GRU", gates: 3),
            ["gru-reset-first-sparse"] = () => Recurrent("GRU", gates: 3, density: 0.1),
            ["rnn"] = () => Recurrent("RNN", gates: 1),
            ["connected-int8-rows"] = () => QuantizedConnected(inputs: 70, outputs: 3),
            ["connected-int8-sparse"] = () => QuantizedConnected(inputs: 300, outputs: 40, density: 0.1),
            ["connected-int8-unrolled"] = () => QuantizedConnected(inputs: 24, outputs: 3, density: 0.2),
            ["quantize-dequantize"] = () => new OperatorCase().Input("x", [1, 40]).Requantized("x", 0.02f, 3).Node("Exp", ["x_d"],
                ["y"]).Output("y"),
            ["reduction-int8"] = () => new OperatorCase().Quantized("x", [1, 3, 4, 5], 0.05f, 3)
                .Node("GlobalAveragePool", ["x"], ["y"]).QuantizedOutput("y", 0.04f, -5),
            ["softmax-int8"] = () => new OperatorCase().Quantized("x", [1, 10], 0.05f, 3).Node("Softmax", ["x"], ["y"]).QuantizedOutput("y",
                1 / 256f, -128),
            ["concatenate-int8"] = () => new OperatorCase().Quantized("a", [1, 3, 4], 0.05f, 3).Quantized("b", [1, 2, 4], 0.04f, -7)
                .Node("Concat", ["a", "b"], ["y"], ("axis", 1)).QuantizedOutput("y", 0.06f, 5),
            ["arg-max"] = () => new OperatorCase().Input("x", [1, 3, 8]).Node("ArgMax", ["x"], ["y"], ("axis", 2), ("keepdims", 0)).Output("y"),
            ["local-response"] = () => new OperatorCase().Input("x", [1, 6, 3, 3]).Node("LRN", ["x"], ["y"], ("size", 3)).Output("y"),
        };

    private static OperatorCase Conv(int samples, double density)
    {
        OperatorCase model = new OperatorCase().Input("x", [samples, 2, 6, 6]);
        Sparse(model, "w", [4, 2, 3, 3], density);
        return model.Weights("b", [4]).Node("Conv", ["x", "w", "b"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", ["c"],
            ["y"]).Output("y");
    }

    private static OperatorCase QuantizedConv(double density) => new OperatorCase().Quantized("x", [1, 3, 6, 6], 0.05f, 3)
        .QuantizedWeights("w", [4, 3, 3, 3], density: density).QuantizedBias("b", 0.05f, "w")
        .Node("Conv", ["x", "w", "b"], ["y"], ("pads", new[] { 1, 1, 1, 1 })).QuantizedOutput("y", 0.4f, -5);

    private static OperatorCase Connected(int inputs, int outputs, double density = 1)
    {
        OperatorCase model = new OperatorCase().Input("x", [1, inputs]);
        Sparse(model, "w", [outputs, inputs], density);
        return model.Weights("b", [outputs]).Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).Output("y");
    }

    private static OperatorCase QuantizedConnected(int inputs, int outputs, double density = 1) => new OperatorCase()
        .Quantized("x", [1, inputs], 0.05f, 3).QuantizedWeights("w", [outputs, inputs], density: density).QuantizedBias("b", 0.05f, "w")
        .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.3f, -5);

    private static OperatorCase Recurrent(string type, int gates, double density = 1, params (string, object)[] attributes)
    {
        const int inputs = 3, hidden = 4;
        OperatorCase model = new OperatorCase().Input("x", [5, 1, inputs]);
        Sparse(model, "w", [1, gates * hidden, inputs], density);
        Sparse(model, "r", [1, gates * hidden, hidden], density);
        return model.Weights("b", [1, 2 * gates * hidden]).Node(type, ["x", "w", "r", "b"], ["y", "h"],
            [("hidden_size", hidden), .. attributes]).Output("y").Output("h");
    }

    private static void Sparse(OperatorCase model, string name, int[] dims, double density)
    {
        var random = new Random(5);
        float[] values = Enumerable.Range(0, Shapes.Count(dims)).Select(_ => random.NextDouble() < density
            ? (float)(random.NextDouble() * 2 - 1) : 0f).ToArray();
        model.Model.AddInitializer(name, dims, values);
    }
}
