using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Operators;

/// <summary>Float operators in the forms that matter, one model each.</summary>
internal static class FloatCases
{
    public static IReadOnlyDictionary<string, Func<OperatorCase>> All { get; } = new[]
    {
        Layers(), Pooling(), Normalizations(), Recurrent(), Arithmetic(), Functions(), Reductions(), Shapes(),
    }.SelectMany(d => d).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    private static OperatorCase One(string type, int[] dims, params (string, object)[] attributes)
        => new OperatorCase().Input("x", dims).Node(type, ["x"], ["y"], attributes).Output("y");

    // A causal convolution, in two dimensions one with padding on all sides, and what leads around it, which may be computed behind it.
    private static OperatorCase Plus(int[] x, string operand, Func<OperatorCase, OperatorCase>? other = null, string last = "Identity", bool late = false)
    {
        bool isMap = x.Length == 4;
        OperatorCase model = new OperatorCase().Input("x", x).Weights("w", isMap ? [x[1], x[1], 3, 3] : [x[1], x[1], 3]).Weights("b", [x[1]]);
        model = (other?.Invoke(model) ?? model).Node("Conv", ["x", "w", "b"], ["c"], ("pads", isMap ? new[] { 1, 1, 1, 1 } : new[] { 4, 0 }),
            ("dilations", isMap ? new[] { 1, 1 } : new[] { 2 })).Node("Relu", ["c"], ["r"]);
        if (late) model = model.Weights("v", [x[1], x[1], 3]).Node("Conv", ["x", "v"], ["e"], ("pads", new[] { 2, 0 })).Node("Relu", ["e"], [operand]);
        return model.Node("Add", ["r", operand], ["s"]).Node(last, ["s"], ["y"]).Output("y");
    }

    private static OperatorCase Conv(int[] x, int[] w, params (string, object)[] attributes)
        => new OperatorCase().Input("x", x).Weights("w", w).Weights("b", [w[0]]).Node("Conv", ["x", "w", "b"], ["y"],
            attributes).Output("y");

    private static OperatorCase SparseConv(int[] x, int[] w, params (string, object)[] attributes)
        => new OperatorCase().Input("x", x).SparseWeights("w", w, 0.25).Weights("b", [w[0]]).Node("Conv", ["x", "w", "b"], ["c"],
            attributes).Node("Relu", ["c"], ["y"]).Output("y");

    private static Dictionary<string, Func<OperatorCase>> Layers() => new(StringComparer.Ordinal)
    {
        ["conv 3x3"] = () => Conv([1, 5, 13, 11], [17, 5, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv strided, asymmetric pads"] = () =>
            Conv([1, 5, 13, 11], [17, 5, 3, 3], ("pads", new[] { 0, 2, 1, 0 }), ("strides", new[] { 2, 3 })),
        ["conv dilated"] = () => Conv([1, 4, 16, 16], [8, 4, 3, 3], ("dilations", new[] { 2, 3 })),
        ["conv same upper"] = () => Conv([1, 4, 10, 9], [8, 4, 4, 2], ("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 })),
        ["conv same lower"] = () => Conv([1, 4, 10, 9], [8, 4, 4, 2], ("auto_pad", "SAME_LOWER")),
        ["conv depthwise"] = () => Conv([1, 18, 9, 9], [18, 1, 3, 3], ("group", 18), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv depthwise with multiplier"] = () => Conv([1, 6, 9, 9], [12, 1, 3, 3], ("group", 6)),
        ["conv in groups"] = () => Conv([1, 8, 9, 9], [12, 4, 3, 3], ("group", 2)),
        ["conv 1x1"] = () => Conv([1, 32, 7, 9], [50, 32, 1, 1]),
        ["conv channels last"] = () => Conv([1, 16, 5, 7], [40, 16, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv channels last, batch"] = () => Conv([2, 8, 9, 10], [24, 8, 3, 3], ("strides", new[] { 2, 3 }), ("pads", new[] { 0, 2, 1, 0 })),
        ["conv channels last, dilated"] = () => Conv([1, 8, 12, 12], [16, 8, 3, 2], ("dilations", new[] { 2, 3 })),
        ["conv channels last, padded to its own size"] = () => new OperatorCase().Input("x", [1, 6, 6, 16]).Weights("w", [16, 16, 3, 3])
            .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Node("Conv", ["t", "w"], ["c"], ("strides", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }))
            .Node("Transpose", ["c"], ["y"], ("perm", new[] { 0, 2, 3, 1 })).Output("y"),
        ["conv channels last, window before the input"] = () => new OperatorCase().Input("x", [1, 4, 4, 16]).Weights("w", [16, 16, 2, 2])
            .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Node("Conv", ["t", "w"], ["c"], ("strides", new[] { 8, 8 }), ("pads", new[] { 5, 5, 0, 0 }))
            .Node("Transpose", ["c"], ["y"], ("perm", new[] { 0, 2, 3, 1 })).Output("y"),
        ["conv channels last, one pixel"] = () => Conv([1, 96, 1, 1], [32, 96, 1, 1]),
        ["conv channels last, last row not read"] = () => Conv([1, 32, 6, 6], [32, 32, 1, 1], ("strides", new[] { 2, 2 })),
        ["conv channels last, chain"] = ChannelsLastChain,
        ["conv channels last, given last"] = () => new OperatorCase().Input("x", [1, 6, 6, 3]).Weights("w", [8, 3, 3, 3])
            .Node("Transpose", ["x"], ["t"], ("perm", new[] { 0, 3, 1, 2 })).Node("Conv", ["t", "w"], ["c"], ("strides", new[] { 2, 2 }))
            .Node("Transpose", ["c"], ["y"], ("perm", new[] { 0, 2, 3, 1 })).Output("y"),
        ["conv channels last, four panels"] = () => Conv([1, 24, 9, 9], [144, 24, 3, 3], ("strides", new[] { 2, 2 })),
        ["conv channels last, two panels and a rest"] = () => Conv([1, 24, 6, 7], [56, 24, 1, 1]),
        ["conv channels last, panels that overlap"] = () => Conv([1, 24, 6, 7], [63, 24, 1, 1]),
        ["conv channels last, seven panels"] = () => Conv([1, 17, 5, 5], [105, 17, 2, 2]),
        ["conv channels last, colours"] = () => Conv([1, 3, 9, 7], [16, 3, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv channels last, max pool"] = () => new OperatorCase().Input("x", [2, 16, 9, 11]).Weights("w", [24, 16, 3, 3])
            .Node("Conv", ["x", "w"], ["c"], ("pads", new[] { 1, 1, 1, 1 })).Node("MaxPool", ["c"], ["p"], ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 3 }))
            .Node("Transpose", ["p"], ["y"], ("perm", new[] { 0, 2, 3, 1 })).Output("y"),
        ["conv winograd"] = () => Conv([1, 16, 8, 10], [32, 16, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv winograd, odd"] = () => Conv([2, 32, 9, 11], [16, 32, 3, 3], ("pads", new[] { 1, 0, 1, 2 })),
        ["conv winograd, in blocks"] = () => new OperatorCase().Input("x", [1, 48, 34, 31]).Weights("w", [80, 48, 3, 3], -0.1, 0.1).Weights("b", [80])
            .Node("Conv", ["x", "w", "b"], ["c"]).Node("Clip", ["c", "low", "high"], ["y"]).Weights("low", [], -0.5, -0.5).Weights("high", [], 0.75, 0.75).Output("y"),
        ["conv depthwise, short rows"] = () => Conv([1, 5, 4, 3], [5, 1, 3, 3], ("group", 5), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv depthwise, wider than its input"] = () => Conv([1, 4, 6, 6], [4, 1, 3, 3], ("group", 4), ("pads", new[] { 1, 1, 1, 2 })),
        ["conv depthwise, higher than its input"] = () => Conv([1, 4, 6, 6], [4, 1, 3, 3], ("group", 4), ("pads", new[] { 2, 1, 2, 1 })),
        ["conv depthwise, long rows"] = () => Conv([2, 3, 3, 37], [3, 1, 3, 3], ("group", 3), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv depthwise, one row of the window"] = () => Conv([1, 4, 5, 20], [4, 1, 1, 3], ("group", 4), ("pads", new[] { 0, 1, 0, 1 })),
        ["conv depthwise, upper two rows of the window"] = () => Conv([1, 4, 5, 6], [4, 1, 2, 3], ("group", 4), ("pads", new[] { 1, 1, 0, 1 })),
        ["conv depthwise, one channel"] = () => Conv([2, 1, 9, 7], [1, 1, 3, 3], ("group", 1), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv depthwise, large channels"] = () => Conv([1, 3, 70, 71], [3, 1, 3, 3], ("group", 3), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv depthwise, two rows of the window"] = () => Conv([1, 4, 5, 6], [4, 1, 2, 3], ("group", 4), ("pads", new[] { 1, 0, 0, 2 })),
        ["conv depthwise strided, padded before"] = () => Conv([1, 5, 8, 12], [5, 1, 3, 3], ("group", 5), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 0, 0 })),
        ["conv depthwise strided, padded behind"] = () => Conv([1, 5, 10, 70], [5, 1, 3, 3], ("group", 5), ("strides", new[] { 2, 2 }), ("pads", new[] { 0, 0, 1, 1 })),
        ["conv depthwise strided, odd"] = () => Conv([1, 5, 9, 7], [5, 1, 3, 3], ("group", 5), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv depthwise strided, not padded"] = () => Conv([1, 5, 9, 11], [5, 1, 3, 3], ("group", 5), ("strides", new[] { 2, 2 })),
        ["conv sparse columns"] = () => SparseConv([1, 5, 32, 32], [7, 5, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse columns, few rows"] = () => SparseConv([1, 5, 3, 32], [7, 5, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse columns, a row a vector"] = () => SparseConv([1, 4, 13, 16], [6, 4, 3, 3], ("pads", new[] { 0, 1, 2, 1 })),
        ["conv sparse columns, two rows a vector, batch"] = () => SparseConv([2, 4, 9, 8], [6, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse columns, four rows a vector"] = () => SparseConv([1, 4, 9, 4], [6, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse columns, one row of the window"] = () => SparseConv([1, 4, 6, 16], [6, 4, 1, 3], ("pads", new[] { 0, 1, 0, 1 })),
        ["conv sparse columns, two rows of the window"] = () => SparseConv([1, 4, 5, 8], [6, 4, 2, 3], ("pads", new[] { 1, 1, 0, 1 })),
        ["conv sparse columns, strided, padded behind"] = () => SparseConv([1, 3, 32, 32], [7, 3, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 0, 0, 1, 1 })),
        ["conv sparse columns, strided, padded before"] = () => SparseConv([1, 3, 16, 16], [7, 3, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 0, 0 })),
        ["conv sparse columns, strided, odd"] = () => SparseConv([2, 3, 15, 15], [7, 3, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse columns, strided, odd, long rows"] = () => SparseConv([1, 3, 9, 31], [7, 3, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse columns, strided, long rows"] = () => SparseConv([1, 3, 7, 64], [7, 3, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 0, 1, 1 })),
        ["conv sparse columns, strided, four rows a vector"] = () => SparseConv([1, 3, 16, 8], [7, 3, 3, 3], ("strides", new[] { 2, 2 }), ("pads", new[] { 0, 1, 1, 0 })),
        ["conv sparse columns, one dimension"] = () => SparseConv([1, 4, 32], [6, 4, 3], ("pads", new[] { 1, 1 })),
        ["conv sparse columns, a column"] = () => SparseConv([1, 4, 32, 1], [6, 4, 3, 1], ("pads", new[] { 1, 0, 1, 0 })),
        ["conv rows of three halves of vectors"] = () => Conv([1, 4, 3, 24], [7, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv rows of halves of vectors, few outputs"] = () => Conv([1, 4, 5, 8], [3, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse 1x1, nine vectors"] = () => SparseConv([1, 16, 12, 12], [7, 16, 1, 1]),
        ["conv sparse 1x1, many vectors"] = () => SparseConv([1, 16, 23, 24], [7, 16, 1, 1]),
        ["conv sparse 1x1, some vectors"] = () => SparseConv([1, 16, 25, 5], [7, 16, 1, 1]),
        ["conv sparse 1x1, few vectors"] = () => SparseConv([1, 16, 6, 6], [7, 16, 1, 1]),
        ["conv sparse 1x1, hardly a vector"] = () => SparseConv([1, 16, 3, 3], [7, 16, 1, 1]),
        ["conv sparse 1x1 strided, eight columns"] = () => SparseConv([1, 16, 16, 16], [7, 16, 1, 1], ("strides", new[] { 2, 2 })),
        ["conv sparse, rows of vectors"] = () => SparseConv([1, 4, 11, 48], [7, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv sparse, rows of halves of vectors"] = () => SparseConv([1, 4, 11, 24], [7, 4, 3, 3], ("pads", new[] { 1, 1, 1, 1 })),
        ["conv plus its input"] = () => Plus([1, 20, 51], "x"),
        ["conv plus its input, batch"] = () => Plus([3, 9, 128], "x"),
        ["conv plus another"] = () => Plus([1, 12, 37], "d", model => model.Weights("v", [12, 12, 3]).Node("Conv", ["x", "v"], ["d"], ("pads", new[] { 2, 0 }))),
        ["conv plus its input, rows of three vectors"] = () => Plus([1, 20, 5, 24], "x"),
        ["conv plus a later layer"] = () => Plus([1, 12, 37], "d", model => model, late: true),
        ["conv plus its input, clamped"] = () => Plus([1, 20, 51], "x", last: "Relu"),
        ["conv plus a channel"] = () => Plus([1, 20, 51], "d", model => model.Input("d", [1, 20, 1])),
        ["conv plus itself"] = () => Plus([1, 20, 51], "r"),
        ["conv that is an output, plus its input"] = () => Plus([1, 20, 51], "x").Output("r"),
        ["conv 1d"] = () => Conv([1, 9, 64], [16, 9, 5], ("pads", new[] { 4, 0 })),
        ["conv relu"] = () => new OperatorCase().Input("x", [1, 3, 8, 8]).Weights("w", [16, 3, 3, 3])
            .Node("Conv", ["x", "w"], ["c"]).Node("Relu", ["c"], ["y"]).Output("y"),
        ["gemm transposed"] = () => new OperatorCase().Input("x", [1, 40]).Weights("w", [23, 40]).Weights("b", [23])
            .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).Output("y"),
        ["gemm wide"] = () => Gemm(67, 75),
        ["gemm wide, half of the inputs zero"] = () => Gemm(67, 75, low: -2, high: 2, relu: true),
        ["gemm wide, all inputs zero"] = () => Gemm(67, 75, low: -2, high: -1, relu: true),
        ["gemm wide, few inputs zero"] = () => Gemm(67, 80, low: -0.2, high: 2, relu: true),
        ["gemm of one panel"] = () => Gemm(67, 16),
        ["gemm of two panels"] = () => Gemm(67, 32),
        ["gemm of three panels"] = () => Gemm(300, 45),
        ["gemm of seven panels"] = () => Gemm(67, 111),
        ["gemm of seven panels, some inputs zero"] = () => Gemm(300, 103, low: -1, high: 2, relu: true),
        ["gemm of one output"] = () => Gemm(512, 1),
        ["gemm of three outputs"] = () => Gemm(512, 3),
        ["gemm of many weights"] = () => Gemm(257, 150),
        ["gemm of many weights, eleven panels"] = () => Gemm(257, 171),
        ["gemm alpha beta"] = () => new OperatorCase().Input("x", [3, 40]).Weights("w", [40, 7]).Weights("b", [3, 1])
            .Node("Gemm", ["x", "w", "b"], ["y"], ("alpha", 0.5f), ("beta", 2f)).Output("y"),
        ["matmul stacked"] = () => new OperatorCase().Input("a", [2, 3, 4, 5]).Input("b", [3, 5, 6]).Node("MatMul", ["a", "b"],
            ["y"]).Output("y"),
        ["matmul of a vector"] = () => new OperatorCase().Input("a", [5]).Weights("b", [5, 6]).Node("MatMul", ["a", "b"],
            ["y"]).Output("y"),
    };

    // What goes along with channels last, and what does not: a residual block, depthwise, a mean over the map, another layer in between.
    private static OperatorCase ChannelsLastChain() => new OperatorCase().Input("x", [2, 24, 7, 9])
        .Weights("w1", [24, 24, 3, 3]).Weights("b1", [24]).Weights("w2", [24, 1, 3, 3]).Weights("w3", [40, 24, 1, 1]).Weights("h", [], 0.5, 0.5)
        .Node("Conv", ["x", "w1", "b1"], ["c1"], ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", ["c1"], ["r1"])
        .Node("Add", ["r1", "x"], ["a"]).Node("Mul", ["a", "h"], ["m"]).Node("Tanh", ["m"], ["t"])
        .Node("Conv", ["t", "w2"], ["c2"], ("group", 24), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }))
        .Node("Conv", ["c2", "w3"], ["c3"]).Node("MaxPool", ["c3"], ["p"], ("kernel_shape", new[] { 2, 2 }))
        .Node("GlobalAveragePool", ["c3"], ["y"]).Output("y").Output("p").Output("a");

    private static Dictionary<string, Func<OperatorCase>> Pooling() => new(StringComparer.Ordinal)
    {
        ["max pool"] = () => One("MaxPool", [1, 5, 9, 8], ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 2 }),
            ("pads", new[] { 1, 0, 1, 0 })),
        ["max pool 2x2"] = () => One("MaxPool", [2, 5, 4, 23], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })),
        ["max pool ceil"] = () => One("MaxPool", [1, 5, 9, 8], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 3 }),
            ("ceil_mode", 1)),
        ["max pool dilated"] = () => One("MaxPool", [1, 5, 9, 8], ("kernel_shape", new[] { 2, 2 }), ("dilations", new[] { 2, 2 })),
        ["max pool 1d"] = () => One("MaxPool", [1, 5, 19], ("kernel_shape", new[] { 3 }), ("strides", new[] { 2 })),
        ["average pool"] = () => One("AveragePool", [1, 5, 9, 8], ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 })),
        ["average pool with padding"] = () => One("AveragePool", [1, 5, 9, 8], ("kernel_shape", new[] { 3, 3 }),
            ("pads", new[] { 1, 1, 1, 1 }), ("count_include_pad", 1)),
        ["average pool ceil"] = () => One("AveragePool", [1, 5, 10, 8], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }),
            ("ceil_mode", 1)),
        ["global average pool"] = () => One("GlobalAveragePool", [1, 5, 9, 8]),
        ["global max pool"] = () => One("GlobalMaxPool", [1, 5, 9, 8]),
        ["lp pool"] = () => One(
            "LpPool", [1, 5, 9, 8], ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 1 }), ("pads", new[] { 1, 0, 1, 1 })),
        ["lp pool of absolute values"] = () => One("LpPool", [1, 5, 19], ("kernel_shape", new[] { 3 }), ("p", 1)),
        ["lp pool of cubes"] = () => One("LpPool", [1, 5, 9, 8], ("kernel_shape", new[] { 2, 2 }), ("p", 3)),
        ["lp pool ceil"] = () => new OperatorCase(18).Input("x", [1, 5, 10, 8])
            .Node("LpPool", ["x"], ["y"], ("kernel_shape", new[] { 3, 1 }), ("strides", new[] { 2, 3 }), ("ceil_mode", 1)).Output("y"),
        ["global lp pool"] = () => One("GlobalLpPool", [1, 5, 9, 8]),
        ["global lp pool of cubes"] = () => One("GlobalLpPool", [1, 5, 9, 8], ("p", 3)),
        ["max pool ceil after a pad"] = () => new OperatorCase().Input("x", [1, 1, 5]).Constant("pads", 0, 0, 0, 0, 0, 2)
            .Number("least", float.NegativeInfinity)
            .Node("Pad", ["x", "pads", "least"], ["p"])
            .Node("MaxPool", ["p"], ["y"], ("kernel_shape", new[] { 2 }), ("strides", new[] { 3 }), ("ceil_mode", 1))
            .Node("Exp", ["y"], ["z"]).Output("z"),
    };

    private static Dictionary<string, Func<OperatorCase>> Normalizations() => new(StringComparer.Ordinal)
    {
        ["batch normalization"] = () => new OperatorCase().Input("x", [1, 6, 5, 4]).Weights("s", [6]).Weights("b", [6]).Weights("m",
            [6]).Weights("v", [6], 0.1, 2)
            .Node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"]).Output("y"),
        ["batch normalization after conv"] = () => new OperatorCase().Input("x", [1, 3, 8, 8]).Weights("w", [6, 3, 3, 3])
            .Weights("s", [6]).Weights("b", [6]).Weights("m", [6]).Weights("v", [6], 0.1, 2)
            .Node("Conv", ["x", "w"], ["c"]).Node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"]).Node("Relu", ["n"],
                ["y"]).Output("y"),
        ["instance normalization"] = () => new OperatorCase().Input("x", [1, 6, 5, 4]).Weights("s", [6]).Weights("b", [6])
            .Node("InstanceNormalization", ["x", "s", "b"], ["y"]).Output("y"),
        ["layer normalization"] = () => new OperatorCase().Input("x", [2, 5, 12]).Weights("s", [12]).Weights("b", [12])
            .Node("LayerNormalization", ["x", "s", "b"], ["y"]).Output("y"),
        ["rms normalization"] = () => new OperatorCase(23).Input("x", [2, 5, 12]).Weights("s", [12])
            .Node("RMSNormalization", ["x", "s"], ["y"]).Output("y"),
        ["rms normalization of two axes"] = () => new OperatorCase(23).Input("x", [2, 5, 12]).Weights("s", [5, 12])
            .Node("RMSNormalization", ["x", "s"], ["y"], ("axis", 1), ("epsilon", 0.1f)).Output("y"),
        ["mean variance normalization"] = () => One("MeanVarianceNormalization", [2, 3, 4, 5]),
        ["mean variance normalization of one axis"] = () => One("MeanVarianceNormalization", [2, 3, 4], ("axes", new[] { -1 })),
        ["lp normalization"] = () => One("LpNormalization", [3, 7], ("axis", 1)),
        ["softmax"] = () => One("Softmax", [2, 3, 7]),
        ["softmax of an inner axis"] = () => One("Softmax", [2, 5, 7], ("axis", 1)),
        ["softmax before opset 13"] = () => new OperatorCase(11).Input("x", [2, 5, 7]).Node("Softmax", ["x"], ["y"],
            ("axis", 1)).Output("y"),
        ["log softmax"] = () => One("LogSoftmax", [2, 7]),
    };

    // Behind a rectifier inputs may be zero at run time. Panels of sixteen outputs, the last one moved back.
    private static OperatorCase Gemm(int inputs, int outputs, double low = -2, double high = 2, bool relu = false)
    {
        OperatorCase model = new OperatorCase().Input("x", [1, inputs], low, high).Weights("w", [outputs, inputs]).Weights("b", [outputs]);
        if (relu) model.Node("Relu", ["x"], ["z"]);
        return model.Node("Gemm", [relu ? "z" : "x", "w", "b"], ["y"], ("transB", 1)).Output("y");
    }

    private static Dictionary<string, Func<OperatorCase>> Recurrent()
    {
        Dictionary<string, Func<OperatorCase>> cases = new(StringComparer.Ordinal);
        foreach ((string type, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
        {
            foreach (string direction in new[] { "forward", "reverse", "bidirectional" })
            {
                cases[$"{type} {direction}"] = () => Layer(type, gates, direction, ("hidden_size", 7));
            }
        }

        foreach ((string type, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
        {
            // Of some blocks of eight gates nothing is left; panels of sixteen gates are walked in fours, twos and ones.
            cases[type + " in blocks"] = () => Wide(type, gates, 20, keeps: 0.02);
            cases[type + " of some units"] = () => Wide(type, gates, 40, keeps: 1);
            cases[type + " of many units"] = () => Wide(type, gates, 88, keeps: 1);
        }

        // Few of them are real numbers where speed counts.
        cases["LSTM of bytes"] = () => OfBytes("LSTM", 4, 19);
        cases["GRU of bytes"] = () => OfBytes("GRU", 3, 19);
        cases["GRU of bytes, many units"] = () => OfBytes("GRU", 3, 72);
        cases["LSTM of many bytes"] = () => OfBytes("LSTM", 4, 56);
        cases["GRU linear before reset, in blocks"] = () => Wide("GRU", 3, 20, keeps: 0.02, ("linear_before_reset", 1));
        cases["GRU linear before reset"] = () => Layer("GRU", 3, "forward", ("hidden_size", 7), ("linear_before_reset", 1));
        return cases;
    }

    private static OperatorCase Wide(string type, int gates, int hidden, double keeps, params (string, object)[] attributes)
    {
        OperatorCase model = new OperatorCase().Input("x", [18, 1, 5]);
        Random random = new(hidden * gates);
        foreach ((string name, int columns) in new[] { ("w", 5), ("r", hidden) })
        {
            float[] values = new float[gates * hidden * columns];
            for (int i = 0; i < values.Length; i++) values[i] = random.NextDouble() < keeps ? (float)((random.NextDouble() - 0.5) * 4 / Math.Sqrt(columns * keeps)) : 0;
            model.Model.AddInitializer(name, [1, gates * hidden, columns], values);
        }

        return model.Weights("b", [1, 2 * gates * hidden]).Node(type, ["x", "w", "r", "b"], ["y"], [("hidden_size", hidden), .. attributes]).Output("y");
    }

    // Few steps: weights as large as these make much of what rounding leaves.
    private static OperatorCase OfBytes(string type, int gates, int hidden) => new OperatorCase().Input("x", [5, 1, 5])
        .QuantizedWeights("w", [1, gates * hidden, 5], axis: 1).QuantizedWeights("r", [1, gates * hidden, hidden], axis: 1).Weights("b", [1, 2 * gates * hidden])
        .Node(type, ["x", "w", "r", "b"], ["y"], ("hidden_size", hidden)).Output("y");

    private static OperatorCase Layer(string type, int gates, string direction, params (string, object)[] attributes)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        OperatorCase model = new OperatorCase().Input("x", [9, 1, 5])
            .Weights("w", [directions, gates * 7, 5]).Weights("r", [directions, gates * 7, 7]).Weights("b", [directions, 2 * gates * 7])
            .Input("h", [directions, 1, 7], -1, 1);
        if (type == "LSTM") model.Input("c", [directions, 1, 7], -1, 1);
        string[] inputs = type == "LSTM" ? ["x", "w", "r", "b", "", "h", "c"] : ["x", "w", "r", "b", "", "h"];
        string[] outputs = type == "LSTM" ? ["y", "yh", "yc"] : ["y", "yh"];
        model.Node(type, inputs, outputs, [("direction", direction), .. attributes]);
        foreach (string output in outputs) model.Output(output);
        return model;
    }

    private static Dictionary<string, Func<OperatorCase>> Arithmetic()
    {
        Dictionary<string, Func<OperatorCase>> cases = new(StringComparer.Ordinal);
        foreach (string type in new[] { "Add", "Sub", "Mul", "Div", "Min", "Max" })
        {
            cases[type] = () => new OperatorCase().Input("a", [1, 3, 4, 5]).Input("b", [1, 3, 4, 5], 0.5, 2).Node(type, ["a", "b"],
                ["y"]).Output("y");
            cases[type + " broadcast"] = () => new OperatorCase().Input("a", [1, 3, 4, 5]).Weights("b", [3, 1, 1], 0.5, 2).Node(type,
                ["a", "b"], ["y"]).Output("y");
            cases[type + " both broadcast"] = () =>
                new OperatorCase().Input("a", [4, 1]).Input("b", [1, 5], 0.5, 2).Node(type, ["a", "b"], ["y"]).Output("y");
        }

        cases["Pow"] = () => new OperatorCase().Input("a", [3, 4], 0.1, 2).Input("b", [3, 4]).Node("Pow", ["a", "b"], ["y"]).Output("y");
        cases["PRelu"] = () => new OperatorCase().Input("a", [1, 3, 4, 5]).Weights("b", [3, 1, 1]).Node("PRelu", ["a", "b"],
            ["y"]).Output("y");
        cases["Sum"] = () => new OperatorCase().Input("a", [3, 4]).Input("b", [3, 4]).Input("c", [4]).Node("Sum", ["a", "b", "c"],
            ["y"]).Output("y");
        return cases;
    }

    private static Dictionary<string, Func<OperatorCase>> Functions()
    {
        Dictionary<string, Func<OperatorCase>> cases = new(StringComparer.Ordinal);
        foreach (string type in new[]
        {
            "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Softsign",
                "ThresholdedRelu",
            "Mish", "Erf", "Neg", "Abs", "Exp", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos",
        })
        {
            cases[type] = () => new OperatorCase(18).Input("x", [3, 41], -4, 4).Node(type, ["x"], ["y"]).Output("y");
        }

        foreach (string type in new[] { "Log", "Sqrt", "Reciprocal" })
        {
            cases[type] = () => new OperatorCase().Input("x", [3, 41], 0.1, 4).Node(type, ["x"], ["y"]).Output("y");
        }

        cases["Gelu"] = () => new OperatorCase(20).Input("x", [3, 41], -4, 4).Node("Gelu", ["x"], ["y"]).Output("y");
        cases["Clip"] = () => new OperatorCase().Input("x", [3, 41], -4, 9).Weights("low", [], 0, 0).Weights("high", [], 6, 6)
            .Node("Clip", ["x", "low", "high"], ["y"]).Output("y");
        return cases;
    }

    private static Dictionary<string, Func<OperatorCase>> Reductions()
    {
        Dictionary<string, Func<OperatorCase>> cases = new(StringComparer.Ordinal);
        foreach (string type in new[] { "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare" })
        {
            cases[type] = () => One(type, [2, 3, 4, 5], ("axes", new[] { 1, 3 }), ("keepdims", 0));
            cases[type + " of all"] = () => One(type, [2, 3, 4]);
        }

        cases["ReduceSum"] = () => new OperatorCase().Input("x", [2, 3, 4]).Constant("axes", -1).Node("ReduceSum", ["x", "axes"],
            ["y"]).Output("y");
        cases["ArgMax"] = () => One("ArgMax", [2, 3, 4], ("axis", 1));
        return cases;
    }

    private static Dictionary<string, Func<OperatorCase>> Shapes() => new(StringComparer.Ordinal)
    {
        ["transpose"] = () => One("Transpose", [2, 3, 4, 5], ("perm", new[] { 3, 1, 0, 2 })),
        ["concat"] = () => new OperatorCase().Input("a", [2, 3, 4]).Input("b", [2, 5, 4]).Node("Concat", ["a", "b"], ["y"],
            ("axis", 1)).Output("y"),
        ["split"] = () => new OperatorCase().Input("x", [2, 7]).Constant("sizes", 3, 4).Node("Split", ["x", "sizes"], ["a", "b"],
            ("axis", 1)).Output("a").Output("b"),
        ["slice"] = () => new OperatorCase().Input("x", [4, 9]).Constant("starts", -1, 1).Constant("ends", -5, 8).Constant("axes", 0,
            1).Constant("steps", -2, 3)
            .Node("Slice", ["x", "starts", "ends", "axes", "steps"], ["y"]).Output("y"),
        ["gather"] = () => new OperatorCase().Input("x", [4, 9]).Constant("i", 8, 0, -2).Node("Gather", ["x", "i"], ["y"],
            ("axis", 1)).Output("y"),
        ["pad constant"] = () => new OperatorCase().Input("x", [2, 4]).Constant("pads", 1, 0, 0, 2).Node("Pad", ["x", "pads"],
            ["y"]).Output("y"),
        ["pad reflect"] = () => new OperatorCase().Input("x", [2, 4]).Constant("pads", 0, 2, 0, 3).Node("Pad", ["x", "pads"], ["y"],
            ("mode", "reflect")).Output("y"),
        ["pad edge"] = () => new OperatorCase().Input("x", [2, 4]).Constant("pads", 0, 2, 0, 3).Node("Pad", ["x", "pads"], ["y"],
            ("mode", "edge")).Output("y"),
        ["expand"] = () => new OperatorCase().Input("x", [3, 1]).Constant("shape", 2, 1, 4).Node("Expand", ["x", "shape"],
            ["y"]).Output("y"),
        ["tile"] = () => new OperatorCase().Input("x", [3, 2]).Constant("repeats", 2, 3).Node("Tile", ["x", "repeats"], ["y"]).Output("y"),
        ["reshape"] = () => new OperatorCase().Input("x", [3, 4]).Constant("shape", 0, 2, -1).Node("Reshape", ["x", "shape"],
            ["y"]).Output("y"),
        ["depth to space"] = () => One("DepthToSpace", [1, 8, 2, 3], ("blocksize", 2)),
        ["space to depth"] = () => One("SpaceToDepth", [1, 2, 4, 6], ("blocksize", 2)),
        ["an input as output"] = () => new OperatorCase().Input("x", [3, 4]).Node("Identity", ["x"], ["y"]).Node("Neg", ["x"],
            ["z"]).Output("y").Output("z"),
    };
}
