using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference;

namespace ModelGen.Tests.Operators;

/// <summary>DequantizeLinear -> operator -> QuantizeLinear in every form that docs/numerics.md has a rule for.</summary>
internal static class QuantizedCases
{
    public static IReadOnlyDictionary<string, Func<OperatorCase>> All { get; } =
        Single.Concat(FusionCases.All).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    private static Dictionary<string, Func<OperatorCase>> Single => new(StringComparer.Ordinal)
    {
        ["conv 3x3 relu"] = () => Convolution([1, 8, 12, 10], [16, 8, 3, 3], relu: true, ("pads", new[] { 1, 1, 1, 1 })),
        ["conv 3x3 stride 2, asymmetric pads"] = () =>
            Convolution([1, 5, 13, 11], [7, 5, 3, 3], relu: false, ("pads", new[] { 0, 0, 1, 1 }), ("strides", new[] { 2, 2 })),
        ["conv 3x3, rows of vectors in uneven bands"] = () => new OperatorCase()
            .Quantized("x", [1, 24, 13, 16], 0.02f, -3).QuantizedWeights("w1", [4, 24, 3, 3]).QuantizedWeights("w2", [40, 4, 1, 1]).QuantizedWeights("w3", [3, 40, 1, 1])
            .Node("Conv", ["x", "w1"], ["c1"], ("pads", new[] { 1, 1, 1, 1 })).Requantized("c1", 0.4f, 3)
            .Node("Conv", ["c1_d", "w2"], ["c2"]).Requantized("c2", 0.9f, -5)
            .Node("Conv", ["c2_d", "w3"], ["y"]).QuantizedOutput("y", 5f, 2),
        ["conv so sparse that in bands offsets get shorter"] = () => Convolution([1, 64, 64, 64], [2, 64, 3, 3], relu: false, 0.015, ("pads", new[] { 1, 1, 1, 1 })),
        ["conv 3x3, strided bands"] = () => Convolution([1, 6, 15, 17], [9, 6, 3, 3], relu: true, ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 })),
        ["conv 3x3, bands beyond the padding"] = () => Convolution([1, 3, 2, 9], [8, 3, 2, 3], relu: false, ("pads", new[] { 4, 1, 5, 1 }), ("strides", new[] { 2, 1 })),
        ["conv 1x1"] = () => Convolution([1, 24, 7, 9], [33, 24, 1, 1], relu: true),
        ["conv depthwise 3x3"] = () => Convolution([1, 20, 9, 17], [20, 1, 3, 3], relu: true, ("group", 20),
            ("pads", new[] { 1, 1, 1, 1 })),
        ["conv in groups"] = () => Convolution([1, 12, 8, 8], [18, 4, 3, 3], relu: false, ("group", 3)),
        ["conv 1d causal dilated"] = () => Convolution([1, 6, 40], [10, 6, 5], relu: true, ("pads", new[] { 8, 0 }),
            ("dilations", new[] { 2 })),
        ["conv of one pixel"] = () => Convolution([1, 40, 1, 1], [9, 40, 1, 1], relu: false),
        ["conv sparse"] = () => Convolution([1, 16, 16, 16], [16, 16, 3, 3], relu: true, 0.1, ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse 1d"] = () => Convolution([1, 32, 50], [32, 32, 3], relu: true, 0.08, ("pads", new[] { 1, 1 })),
        ["conv rows of three halves of vectors"] = () => Convolution([1, 4, 3, 24], [7, 4, 3, 3], relu: true, ("pads", new[] { 1, 1, 1, 1 })),
        ["conv rows of halves of vectors, few outputs"] = () => Convolution([1, 4, 5, 8], [3, 4, 3, 3], relu: true, ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse few bits"] = () => FewBits([2, 5, 9, 32], [7, 5, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse few bits, one row strided"] = () => FewBits([1, 4, 1, 64], [7, 4, 2, 3], ("pads", new[] { 0, 1, 1, 0 }), ("strides", new[] { 2, 2 })),
        ["conv sparse few bits, strided, two columns"] = () => FewBits([1, 5, 16, 32], [7, 5, 2, 2], ("strides", new[] { 2, 2 })),
        ["conv sparse few bits, two columns padded before"] = () => FewBits([1, 4, 9, 16], [7, 4, 2, 2], ("pads", new[] { 1, 1, 0, 0 })),
        ["conv sparse few bits, dilated rows"] = () => FewBits([1, 4, 12, 8], [7, 4, 3, 3], ("pads", new[] { 2, 1, 2, 1 }), ("dilations", new[] { 2, 1 })),
        ["conv sparse few bits, rows of sixteen"] = () => FewBits([1, 4, 9, 16], [7, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse few bits, strided, odd"] = () => FewBits([1, 5, 15, 16], [7, 5, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse few bits, strided, padded behind"] = () => FewBits([1, 4, 16, 32], [7, 4, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 0, 0, 1, 1 })),
        ["conv sparse few bits, strided, padded before"] = () => FewBits([1, 4, 17, 48], [7, 4, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 0, 0 })),
        ["conv sparse few bits, strided, last row not read"] = () => FewBits([1, 4, 18, 16], [7, 4, 3, 3], ("strides", new[] { 2, 2 })),
        ["conv sparse few bits, strided 1x1, padded"] = () => FewBits([1, 4, 4, 4], [7, 4, 1, 1], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse few bits, strided 1x1, padded behind"] = () => FewBits([1, 4, 4, 4], [7, 4, 1, 1], ("strides", new[] { 2, 2 }), ("pads", new[] { 0, 0, 1, 1 })),
        ["conv all zero"] = () => Convolution([1, 3, 6, 6], [4, 3, 3, 3], relu: false, 0.0),
        ["conv uint8"] = UnsignedConvolution,
        ["conv int4 weights"] = () => new OperatorCase(21)
            .Quantized("x", [1, 8, 6, 6], 0.02f, -3)
            .QuantizedWeights("w", [8, 8, 3, 3], type: DataType.Int4)
            .Node("Conv", ["x", "w"], ["y"]).QuantizedOutput("y", 0.05f, 2),
        ["conv clip"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3]).QuantizedBias("b", 0.02f, "w")
            .Weights("low", [], 0, 0).Weights("high", [], 6, 6)
            .Node("Conv", ["x", "w", "b"], ["c"]).Node("Clip", ["c", "low", "high"], ["y"]).QuantizedOutput("y", 0.05f, -100),
        ["conv float bias"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3]).Weights("b", [8])
            .Node("Conv", ["x", "w", "b"], ["y"]).QuantizedOutput("y", 0.05f, 2),
        ["conv channels last"] = () => ChannelsLast([1, 7, 9, 16], [40, 16, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv channels last, odd channels, batch"] = () => ChannelsLast([2, 9, 5, 13], [19, 13, 2, 3], ("strides", new[] { 2, 1 }), ("pads", new[] { 0, 2, 1, 1 })),
        ["conv channels last, dilated"] = () => ChannelsLast([1, 11, 12, 5], [9, 5, 3, 2], ("dilations", new[] { 2, 3 }), ("pads", new[] { 2, 1, 0, 3 })),
        ["conv sparse channels last"] = () => SparseChannelsLast([1, 5, 5, 32], [24, 32, 3, 3], DataType.Int8, ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse channels last, bytes"] = () => SparseChannelsLast([1, 3, 3, 50], [37, 50, 3, 3], DataType.UInt8, ("pads", new[] { 0, 1, 2, 1 })),
        ["conv sparse channels last, bands"] = () => SparseChannelsLast([1, 21, 11, 24], [20, 24, 1, 1], DataType.UInt8),
        ["conv sparse channels last, whole chunks"] = () => SparseChannelsLast([1, 7, 5, 64], [48, 64, 1, 1], DataType.Int8, 0.1),
        ["conv sparse channels last, three halves"] = () => SparseChannelsLast([1, 4, 3, 40], [33, 40, 1, 1], DataType.UInt8, 0.1),
        ["conv sparse channels last, few channels, batch"] = () => SparseChannelsLast([2, 9, 3, 13], [31, 13, 2, 3], DataType.Int8, 0.04, ("strides", new[] { 2, 1 }), ("pads", new[] { 0, 2, 1, 1 })),
        ["conv sparse channels last, dilated"] = () => SparseChannelsLast([1, 7, 4, 16], [31, 16, 3, 2], DataType.Int8, ("dilations", new[] { 2, 3 }), ("pads", new[] { 2, 1, 0, 3 })),
        ["conv sparse channels last, one pixel"] = () => SparseChannelsLast([1, 1, 1, 48], [16, 48, 1, 1], DataType.Int8),
        ["conv channels last, one channel"] = () => ChannelsLast([1, 20, 11, 1], [24, 1, 5, 4], ("strides", new[] { 2, 2 }), ("pads", new[] { 2, 1, 2, 2 })),
        ["conv channels last, one pixel"] = () => ChannelsLast([1, 1, 1, 50], [16, 50, 1, 1]),
        ["conv channels last, depthwise"] = () => ChannelsLast([1, 6, 7, 20], [20, 1, 3, 3], ("group", 20), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv channels last, depthwise, strided"] = () => ChannelsLast([1, 9, 10, 9], [9, 1, 4, 3], ("group", 9), ("strides", new[] { 2, 3 }), ("dilations", new[] { 1, 2 }),
            ("pads", new[] { 1, 0, 2, 2 })),
        ["conv channels last, depthwise, every other pixel"] = () => ChannelsLast([1, 9, 11, 20], [20, 1, 3, 3], ("group", 20), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv channels last, depthwise, every other pixel, even kernel"] = () => ChannelsLast([2, 8, 10, 9], [9, 1, 3, 4], ("group", 9), ("strides", new[] { 1, 2 }), ("pads", new[] { 0, 1, 1, 0 })),
        ["conv channels last, depthwise, every fourth pixel"] = () => ChannelsLast([1, 6, 19, 17], [17, 1, 3, 5], ("group", 17), ("strides", new[] { 2, 4 }), ("pads", new[] { 1, 2, 1, 2 })),
        ["conv channels last, depthwise, every other pixel, bytes"] = () => SparseChannelsLast([1, 7, 6, 43], [43, 1, 3, 3], DataType.UInt8, 0.8, ("group", 43), ("strides", new[] { 2, 2 }), ("pads", new[] { 0, 0, 1, 1 })),
        ["conv channels last, depthwise, every other pixel, far padding"] = () => ChannelsLast([1, 5, 5, 16], [16, 1, 3, 3], ("group", 16), ("strides", new[] { 2, 2 }), ("pads", new[] { 2, 2, 2, 2 })),
        ["conv channels last, column"] = () => ChannelsLast([1, 40, 1, 16], [16, 1, 9, 1], ("group", 16), ("pads", new[] { 4, 0, 4, 0 })),
        ["conv channels last, column of an even kernel"] = () => ChannelsLast([1, 40, 1, 24], [24, 1, 4, 1], ("group", 24), ("strides", new[] { 2, 1 })),
        ["conv channels last, padded to its own size"] = () => ChannelsLast([1, 6, 6, 16], [16, 1, 3, 3], ("group", 16), ("strides", new[] { 3, 3 }),
            ("pads", new[] { 1, 1, 1, 1 })),
        ["conv channels last, chain"] = () => new OperatorCase()
            .Quantized("x", [1, 24, 7, 9], 0.02f, 7, DataType.UInt8).QuantizedWeights("w1", [24, 24, 3, 3]).QuantizedBias("b1", 0.02f, "w1").QuantizedWeights("w2", [24, 1, 3, 3])
            .Node("Conv", ["x", "w1", "b1"], ["c1"], ("pads", new[] { 1, 1, 1, 1 })).Requantized("c1", 0.1f, 90, DataType.UInt8)
            .Node("Add", ["c1_d", "x"], ["a"]).Requantized("a", 0.1f, 80, DataType.UInt8)
            .Node("Conv", ["a_d", "w2"], ["c2"], ("group", 24), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })).Requantized("c2", 0.1f, 100, DataType.UInt8)
            .Node("GlobalAveragePool", ["c2_d"], ["y"]).QuantizedOutput("y", 0.02f, 100, DataType.UInt8),
        ["gemm"] = () => FullyConnected(64, 30, 1),
        ["gemm panels of each size"] = () => FullyConnected(37, 64 + 32 + 16 + 8 + 3, 1),
        ["gemm panels, several large ones"] = () => FullyConnected(5, 192, 1),
        ["gemm panels, uint8, several vectors"] = () => new OperatorCase()
            .Quantized("x", [3, 64], 0.02f, 7, DataType.UInt8).QuantizedWeights("w", [44, 64]).QuantizedBias("b", 0.02f, "w")
            .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.2f, 90, DataType.UInt8),
        ["gemm panels, int8, several vectors"] = () => new OperatorCase()
            .Quantized("x", [3, 43], 0.02f, -7).QuantizedWeights("w", [27, 43]).QuantizedBias("b", 0.02f, "w")
            .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.2f, 9),
        ["gemm sparse"] = () => FullyConnected(300, 100, 0.09),
        ["gemm sparse, odd halves"] = () => FullyConnected(80, 600, 0.06),
        ["gemm sparse, few inputs"] = () => FullyConnected(33, 900, 0.03),
        ["gemm sparse uint8, several vectors"] = () => new OperatorCase()
            .Quantized("x", [5, 61], 0.02f, 7, DataType.UInt8).QuantizedWeights("w", [45, 61], density: 0.3).QuantizedBias("b", 0.02f, "w")
            .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.2f, 90, DataType.UInt8),
        ["gemm one output"] = () => FullyConnected(17, 1, 1),
        ["matmul with bias added"] = () => new OperatorCase()
            .Quantized("x", [1, 20], 0.02f, -3).QuantizedWeights("w", [20, 12], axis: null).Weights("b", [12])
            .Node("MatMul", ["x", "w"], ["p"]).Node("Add", ["p", "b"], ["y"]).QuantizedOutput("y", 0.04f, 2),
        ["matmul of two inputs"] = () => new OperatorCase()
            .Quantized("a", [2, 5, 9], 0.02f, -3).Quantized("b", [2, 9, 4], 0.01f, 11)
            .Node("MatMul", ["a", "b"], ["y"]).QuantizedOutput("y", 0.02f, 2),
        ["add"] = () => Binary("Add", [1, 6, 5, 7], [1, 6, 5, 7], 0.05f),
        ["add broadcast"] = () => Binary("Add", [1, 6, 5, 7], [6, 1, 1], 0.05f),
        ["add relu"] = () => Binary("Add", [1, 6, 5, 7], [1, 6, 5, 7], 0.05f, relu: true),
        ["sub"] = () => Binary("Sub", [1, 6, 5, 7], [1, 6, 5, 7], 0.05f),
        ["mul"] = () => Binary("Mul", [1, 6, 5, 7], [1, 6, 5, 7], 0.04f),
        ["mul broadcast"] = () => Binary("Mul", [1, 6, 5, 7], [1, 6, 1, 1], 0.04f),
        ["add uint8"] = () => new OperatorCase()
            .Quantized("a", [1, 37], 0.02f, 120, DataType.UInt8).Quantized("b", [1, 37], 0.03f, 10, DataType.UInt8)
            .Node("Add", ["a", "b"], ["y"]).QuantizedOutput("y", 0.05f, 64, DataType.UInt8),
        ["add multiples"] = () => new OperatorCase().Quantized("a", [1, 6, 5, 7], 0.5f, -3, largest: 60).Quantized("b", [1, 6, 5, 7], 0.25f, 30)
            .Node("Add", ["a", "b"], ["y"]).QuantizedOutput("y", 0.25f, -11),
        ["sub multiples uint8"] = () => new OperatorCase()
            .Quantized("a", [1, 83], 0.02f, 120, DataType.UInt8).Quantized("b", [1, 83], 0.04f, 30, DataType.UInt8, largest: 60)
            .Node("Sub", ["a", "b"], ["y"]).QuantizedOutput("y", 0.02f, 100, DataType.UInt8),
        ["quantize by a power of two"] = () => new OperatorCase().Input("x", [1, 301], -20, 20).QuantizedOutput("x", 0.25f, 3),
        ["average pool"] = () => Unary([1, 5, 9, 8], "AveragePool", 0.015f, ("kernel_shape", new[] { 3, 2 }),
            ("pads", new[] { 1, 0, 1, 1 }), ("strides", new[] { 2, 1 })),
        ["average pool with padding"] = () => Unary([1, 5, 9, 8], "AveragePool", 0.015f, ("kernel_shape", new[] { 3, 3 }),
            ("pads", new[] { 1, 1, 1, 1 }), ("count_include_pad", 1)),
        ["global average pool"] = () => Unary([1, 19, 7, 5], "GlobalAveragePool", 0.005f),
        ["reduce mean"] = () => Unary([1, 13, 21], "ReduceMean", 0.005f, ("axes", new[] { 2 }), ("keepdims", 0)),
        ["max pool"] = () => Unary([1, 5, 9, 8], "MaxPool", 0.02f, ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })),
        ["max pool 2x2"] = () => Unary([1, 3, 4, 59], "MaxPool", 0.02f, ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })),
        ["max pool 2x2 uint8"] = () => new OperatorCase().Quantized("x", [2, 3, 4, 58], 0.02f, 7, DataType.UInt8)
            .Node("MaxPool", ["x"], ["y"], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }))
            .QuantizedOutput("y", 0.02f, 7, DataType.UInt8),
        ["max pool to another scale"] = () => Unary([1, 5, 9, 8], "MaxPool", 0.031f, ("kernel_shape", new[] { 3, 3 }),
            ("pads", new[] { 1, 1, 1, 1 })),
        ["transpose"] = () => Unary([1, 5, 9, 8], "Transpose", 0.02f, ("perm", new[] { 0, 2, 3, 1 })),
        ["sigmoid"] = () => Unary([1, 300], "Sigmoid", 1f / 256),
        ["tanh"] = () => Unary([1, 300], "Tanh", 1f / 128),
        ["leaky relu"] = () => Unary([1, 300], "LeakyRelu", 0.02f, ("alpha", 0.1f)),
        ["relu to another scale"] = () => Unary([1, 300], "Relu", 0.011f),
        ["hard swish"] = () => Unary([1, 300], "HardSwish", 0.02f),
        ["identity to another scale"] = () => Unary([1, 300], "Identity", 0.027f),
        ["softmax"] = () => new OperatorCase().Quantized("x", [3, 12], 0.02f, 5).Node("Softmax", ["x"], ["y"]).QuantizedOutput("y",
            1f / 256, -128),
        ["softmax over channels"] = () => new OperatorCase()
            .Quantized("x", [1, 6, 3, 2], 0.1f, 5).Node("Softmax", ["x"], ["y"], ("axis", 1)).QuantizedOutput("y", 1f / 256, -128),
        ["log softmax"] = () => new OperatorCase().Quantized("x", [3, 12], 0.5f, 5).Node("LogSoftmax", ["x"], ["y"])
            .QuantizedOutput("y", 0.6f, 100),
        ["float to int4"] = () => new OperatorCase(21).Input("x", [1, 300], -100, 100).Requantized("x", 1, 0, DataType.Int4).Output("x_d"),
        ["float to uint4"] = () => new OperatorCase(21).Input("x", [1, 300], -100, 100).Requantized("x", 5, 7, DataType.UInt4)
            .Output("x_d"),
        ["int8 to int4"] = () => new OperatorCase(21).Quantized("x", [1, 300], 0.1f, -3).Requantized("x", 0.1f, -3, DataType.Int4)
            .Output("x_d"),
        ["conv to int4"] = () => new OperatorCase(21).Quantized("x", [1, 8, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 8, 3, 3])
            .Node("Conv", ["x", "w"], ["y"]).Requantized("y", 0.4f, 2, DataType.Int4).Output("y_d"),
        ["sigmoid to uint4"] = () => new OperatorCase(21).Quantized("x", [1, 300], 0.02f, 3).Node("Sigmoid", ["x"], ["y"])
            .Requantized("y", 0.03f, 1, DataType.UInt4).Output("y_d"),
        ["softmax to uint4"] = () => new OperatorCase(21).Quantized("x", [3, 12], 0.02f, 5).Node("Softmax", ["x"], ["y"])
            .Requantized("y", 0.01f, 0, DataType.UInt4).Output("y_d"),
        ["concat to int4"] = () => new OperatorCase(21).Quantized("a", [1, 60], 0.02f, -3).Quantized("b", [1, 60], 0.05f, 2)
            .Node("Concat", ["a", "b"], ["y"], ("axis", 1)).Requantized("y", 0.05f, 2, DataType.Int4).Output("y_d"),
        ["concat of two scales"] = () => new OperatorCase()
            .Quantized("a", [1, 3, 4, 5], 0.02f, -3).Quantized("b", [1, 2, 4, 5], 0.05f, 30)
            .Node("Concat", ["a", "b"], ["y"], ("axis", 1)).QuantizedOutput("y", 0.04f, 2),
        ["slice"] = () => new OperatorCase()
            .Quantized("x", [1, 6, 10], 0.02f, -3).Constant("starts", 1).Constant("ends", 9).Constant("axes", 2).Constant("steps", 3)
            .Node("Slice", ["x", "starts", "ends", "axes", "steps"], ["y"]).QuantizedOutput("y", 0.02f, -3),
        ["pad"] = () => new OperatorCase()
            .Quantized("x", [1, 3, 4], 0.02f, -3).Constant("pads", 0, 0, 2, 0, 1, 1).Node("Pad", ["x", "pads"], ["y"]).QuantizedOutput("y",
                0.02f, -3),
        ["residual block"] = ResidualBlock,
        ["quantized value read as floats too"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [4, 4, 3, 3])
            .Node("Conv", ["x", "w"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Requantized("c", 0.05f, 4)
            .Node("Add", ["c_d", "x"], ["s"]).QuantizedOutput("s", 0.06f, 0).Node("Exp", ["c_d"], ["e"]).Output("e"),
        ["quantized form of the input as output"] = () => new OperatorCase()
            .Input("x", [1, 40]).QuantizedOutput("x", 0.02f, -3).Node("DequantizeLinear", ["x_out", "x_out_scale", "x_out_zero"], ["d"])
            .QuantizedWeights("w", [9, 40]).Node("Gemm", ["d", "w"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.09f, 7),
        ["float input and output around integers"] = () => new OperatorCase()
            .Input("x", [1, 40]).Requantized("x", 0.02f, -3)
            .QuantizedWeights("w", [9, 40]).Node("Gemm", ["x_d", "w"], ["y"], ("transB", 1)).Requantized("y", 0.09f, 7).Output("y_d"),
        ["transpose of bytes with odd edges"] = () => new OperatorCase().Quantized("x", [3, 13, 21], 0.05f, 3)
            .Node("Transpose", ["x"], ["y"], ("perm", new[] { 0, 2, 1 })).QuantizedOutput("y", 0.05f, 3),
        ["qlinearconv"] = LinearConvolution,
        ["qlinearmatmul"] = LinearMatMul,
    };

    /// <summary>Cases that are compiled with channels last.</summary>
    public static IEnumerable<string> ChannelsLastNames => All.Keys.Where(name => name.StartsWith("conv", StringComparison.Ordinal)
        && name.Contains("channels last", StringComparison.Ordinal));

    /// <summary>Cases of kernels that no shared model has in all their forms.</summary>
    public static IEnumerable<string> TiledNames => ChannelsLastNames.Concat(All.Keys.Where(name => name.StartsWith("conv rows", StringComparison.Ordinal)
        || name.StartsWith("conv sparse few bits", StringComparison.Ordinal) || name.StartsWith("gemm panels", StringComparison.Ordinal)
        || name.StartsWith("gemm sparse", StringComparison.Ordinal)));

    // Between transposes that a layer with channels last needs none of.
    private static OperatorCase ChannelsLast(int[] x, int[] w, params (string, object)[] attributes) => new OperatorCase()
        .Quantized("x", x, 0.02f, -3).QuantizedWeights("w", w).QuantizedBias("b", 0.02f, "w")
        .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Node("Conv", ["t", "w", "b"], ["c"], attributes)
        .Node("Transpose", ["c"], ["y"], ("perm", new[] { 0, 2, 3, 1 })).QuantizedOutput("y", 0.4f, -5);

    private static OperatorCase SparseChannelsLast(int[] x, int[] w, DataType type, params (string, object)[] attributes) =>
        SparseChannelsLast(x, w, type, 0.08, attributes);

    private static OperatorCase SparseChannelsLast(int[] x, int[] w, DataType type, double density, params (string, object)[] attributes) => new OperatorCase()
        .Quantized("x", x, 0.02f, type == DataType.UInt8 ? 117 : -3, type).QuantizedWeights("w", w, density: density).QuantizedBias("b", 0.02f, "w")
        .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Node("Conv", ["t", "w", "b"], ["c"], attributes)
        .Node("Transpose", ["c"], ["y"], ("perm", new[] { 0, 2, 3, 1 })).QuantizedOutput("y", 0.2f, type == DataType.UInt8 ? 128 : -5, type);

    private static OperatorCase FewBits(int[] x, int[] w, params (string, object)[] attributes) => new OperatorCase()
        .Quantized("x", x, 0.02f, -3).QuantizedWeights("w", w, type: DataType.Int4, density: 0.4).QuantizedBias("b", 0.02f, "w")
        .Node("Conv", ["x", "w", "b"], ["y"], attributes).QuantizedOutput("y", 0.02f, -20);

    private static OperatorCase Convolution(int[] x, int[] w, bool relu, params (string, object)[] attributes) =>
        Convolution(x, w, relu, 1, attributes);

    private static OperatorCase Convolution(int[] x, int[] w, bool relu, double density, params (string, object)[] attributes)
    {
        OperatorCase model = new OperatorCase()
            .Quantized("x", x, 0.02f, -3).QuantizedWeights("w", w, density: density).QuantizedBias("b", 0.02f, "w")
            .Node("Conv", ["x", "w", "b"], ["c"], attributes);
        if (relu) model.Node("Relu", ["c"], ["y"]);
        return model.QuantizedOutput(relu ? "y" : "c", 0.11f, -20);
    }

    private static OperatorCase UnsignedConvolution() => new OperatorCase()
        .Quantized("x", [1, 6, 8, 8], 0.02f, 117, DataType.UInt8)
        .QuantizedWeights("w", [8, 6, 3, 3], axis: null, zeroPoint: 131, type: DataType.UInt8)
        .Node("Conv", ["x", "w"], ["y"], ("pads", new[] { 1, 1, 1, 1 })).QuantizedOutput("y", 0.07f, 128, DataType.UInt8);

    private static OperatorCase FullyConnected(int inputs, int outputs, double density) => new OperatorCase()
        .Quantized("x", [1, inputs], 0.02f, -3).QuantizedWeights("w", [outputs, inputs], density: density).QuantizedBias("b", 0.02f, "w")
        .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.09f, 7);

    private static OperatorCase Binary(string type, int[] a, int[] b, float scale, bool relu = false)
    {
        OperatorCase model = new OperatorCase().Quantized("a", a, 0.021f, -3).Quantized("b", b, 0.034f, 30).Node(type, ["a", "b"], ["s"]);
        if (relu) model.Node("Relu", ["s"], ["y"]);
        return model.QuantizedOutput(relu ? "y" : "s", scale, -11);
    }

    private static OperatorCase Unary(int[] dims, string type, float scale, params (string, object)[] attributes)
        => new OperatorCase().Quantized("x", dims, 0.02f, -3).Node(type, ["x"], ["y"], attributes).QuantizedOutput("y", scale, -5);

    private static OperatorCase ResidualBlock() => new OperatorCase()
        .Quantized("x", [1, 8, 10, 10], 0.02f, -3).QuantizedWeights("w", [8, 8, 3, 3]).QuantizedBias("b", 0.02f, "w")
        .Node("Conv", ["x", "w", "b"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", ["c"], ["r"]).Requantized("r", 0.06f, -128)
        .QuantizedWeights("v", [8, 8, 1, 1])
        .Node("Conv", ["r_d", "v"], ["d"]).Requantized("d", 0.05f, 5)
        .Node("Add", ["x", "d_d"], ["s"]).Node("Relu", ["s"], ["y"]).QuantizedOutput("y", 0.05f, -128);

    private static OperatorCase LinearConvolution()
    {
        OperatorCase model = new OperatorCase()
            .Quantized("x", [1, 6, 8, 8], 0.02f, 117, DataType.UInt8).QuantizedWeights("w", [8, 6, 3, 3]).QuantizedBias("b", 0.02f, "w");
        model.Model.AddInitializer("y_scale", [], 0.07f).AddInitializer("y_zero", [], new byte[] { 128 });
        return model.Node("QLinearConv", ["x_q", "x_scale", "x_zero", "w_q", "w_scale", "w_zero", "y_scale", "y_zero", "b_q"],
            ["y"]).Output("y");
    }

    private static OperatorCase LinearMatMul()
    {
        OperatorCase model = new OperatorCase().Quantized("x", [3, 20], 0.02f, -3).QuantizedWeights("w", [20, 12], axis: null);
        model.Model.AddInitializer("y_scale", [], 0.15f).AddInitializer("y_zero", [], new sbyte[] { 3 });
        return model.Node("QLinearMatMul", ["x_q", "x_scale", "x_zero", "w_q", "w_scale", "w_zero", "y_scale", "y_zero"],
            ["y"]).Output("y");
    }
}
