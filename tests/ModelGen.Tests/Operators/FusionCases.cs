using System;
using System.Collections.Generic;
using ModelGen.Tests.Reference;

namespace ModelGen.Tests.Operators;

/// <summary>
/// Operators between DequantizeLinear and QuantizeLinear that must be computed on integers although something else stands between, a factor
/// is computed, or more than one operator spells them. None may leave a float32 layer behind.
/// </summary>
internal static class FusionCases
{
    public static Dictionary<string, Func<OperatorCase>> All { get; } = new(StringComparer.Ordinal)
    {
        // Every odd sum is halfway between two results: in float32 hundreds of them round the other way.
        ["matmul computed, ties"] = () => new OperatorCase()
            .Quantized("a", [64, 64], 0.1f, 0, largest: 7).Quantized("b", [64, 64], 0.1f, 0, largest: 7)
            .Node("MatMul", ["a", "b"], ["y"]).QuantizedOutput("y", 0.02f, 0),
        ["matmul computed, odd sizes"] = () => Product([5, 7], [7, 19], 0.02f, 0.015f, 0.05f),
        ["matmul computed, one row"] = () => Product([1, 33], [33, 7], 0.02f, 0.015f, 0.2f),
        ["matmul computed, broadcast left"] = () => Product([3, 9], [2, 4, 9, 17], 0.02f, 0.015f, 0.1f),
        ["matmul computed, broadcast right"] = () => Product([2, 4, 3, 9], [9, 17], 0.02f, 0.015f, 0.1f),
        ["matmul computed, both broadcast"] = () => Product([2, 1, 3, 9], [4, 9, 5], 0.02f, 0.015f, 0.1f),
        ["matmul computed, a vector"] = () => Product([9], [2, 9, 5], 0.02f, 0.015f, 0.1f),
        ["matmul computed, uint8"] = () => new OperatorCase()
            .Quantized("a", [2, 5, 9], 0.02f, 131, DataType.UInt8).Quantized("b", [2, 9, 20], 0.01f, 117, DataType.UInt8)
            .Node("MatMul", ["a", "b"], ["y"]).QuantizedOutput("y", 0.06f, 128, DataType.UInt8),
        ["matmul computed, uint8 by int8, relu"] = () => new OperatorCase()
            .Quantized("a", [4, 10], 0.02f, 131, DataType.UInt8).Quantized("b", [10, 20], 0.01f, -20)
            .Node("MatMul", ["a", "b"], ["p"]).Node("Relu", ["p"], ["y"]).QuantizedOutput("y", 0.04f, -30),
        ["matmul computed, constant left factor"] = () => new OperatorCase()
            .QuantizedWeights("w", [6, 9], axis: 0).Quantized("x", [2, 9, 5], 0.02f, -3)
            .Node("MatMul", ["w", "x"], ["y"]).QuantizedOutput("y", 0.05f, 2),
        ["matmul computed, transposed"] = () => new OperatorCase()
            .Quantized("q", [1, 2, 6, 8], 0.02f, -3).Quantized("k", [1, 2, 6, 8], 0.02f, 4)
            .Node("Transpose", ["k"], ["t"], ("perm", new[] { 0, 1, 3, 2 })).Node("MatMul", ["q", "t"], ["y"])
                .QuantizedOutput("y", 0.08f, 2),
        ["gemm computed, alpha"] = () => new OperatorCase()
            .Quantized("a", [5, 9], 0.02f, -3).Quantized("b", [6, 9], 0.03f, 4)
            .Node("Gemm", ["a", "b"], ["y"], ("transB", 1), ("alpha", 0.3f)).QuantizedOutput("y", 0.04f, 2),
        ["qlinearmatmul computed"] = () => LinearMatMul([2, 3, 20], [20, 12]),
        ["qlinearmatmul of stacks"] = () => LinearMatMul([2, 3, 20], [2, 20, 12]),
        ["qlinearmatmul of a vector"] = () => LinearMatMul([20], [20, 12]),
        ["matmul and add"] = () => new OperatorCase()
            .Quantized("x", [3, 20], 0.02f, -3).QuantizedWeights("w", [20, 12], axis: 1).Weights("b", [12])
            .Node("MatMul", ["x", "w"], ["p"]).Node("Add", ["b", "p"], ["s"]).Node("Relu", ["s"], ["y"]).QuantizedOutput("y", 0.04f, -90),
        ["matmul and add of a stored bias"] = () => new OperatorCase()
            .Quantized("x", [3, 20], 0.02f, -3).QuantizedWeights("w", [20, 12], axis: null).StoredBias("b", 12, 0.02f, "w")
            .Node("MatMul", ["x", "w"], ["p"]).Node("Add", ["p", "b"], ["y"]).QuantizedOutput("y", 0.1f, 2),
        ["matmul and sub"] = () => new OperatorCase()
            .Quantized("x", [3, 20], 0.02f, -3).QuantizedWeights("w", [20, 12], axis: null).Weights("b", [1, 12])
            .Node("MatMul", ["x", "w"], ["p"]).Node("Sub", ["p", "b"], ["y"]).QuantizedOutput("y", 0.1f, 2),
        ["stored bias within the tolerance of its scale"] = () => BiasOfScale(0.5f * (1 + 5e-7f)),
        ["stored bias beyond the tolerance of its scale"] = () => BiasOfScale(0.5f * (1 + 3e-6f)),
        ["conv and add"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3]).Weights("b", [1, 8, 1, 1])
            .Node("Conv", ["x", "w"], ["c"]).Node("Add", ["c", "b"], ["s"]).Node("Relu", ["s"], ["y"]).QuantizedOutput("y", 0.05f, -90),
        ["conv with bias and add"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3]).QuantizedBias("b", 0.02f, "w")
                .Weights("c", [8, 1, 1])
            .Node("Conv", ["x", "w", "b"], ["p"]).Node("Add", ["p", "c"], ["y"]).QuantizedOutput("y", 0.05f, 2),
        ["gemm alpha and beta"] = () => Gemm(0.4f, 1.7f, storedBias: false),
        ["gemm alpha, beta and a stored bias"] = () => Gemm(2.5f, 0.3f, storedBias: true),
        ["gemm negative alpha"] = () => Gemm(-0.7f, 1, storedBias: false),
        ["global average pool, flatten"] = () => new OperatorCase()
            .Quantized("x", [1, 19, 7, 5], 0.02f, -3).Node("GlobalAveragePool", ["x"], ["g"]).Node("Flatten", ["g"], ["y"])
                .QuantizedOutput("y", 0.005f, -5),
        ["conv, reshape, transpose, relu"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3]).Constant("shape", 1, 8, 16)
            .Node("Conv", ["x", "w"], ["c"]).Node("Reshape", ["c", "shape"], ["r"])
                .Node("Transpose", ["r"], ["t"], ("perm", new[] { 0, 2, 1 }))
            .Node("Relu", ["t"], ["y"]).QuantizedOutput("y", 0.05f, -90),
        ["conv, max pool"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 8, 8], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3]).Node("Conv", ["x", "w"], ["c"])
                .Node("Relu", ["c"], ["r"])
            .Node("MaxPool", ["r"], ["y"], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })).QuantizedOutput("y", 0.05f, -90),
        ["convs concatenated"] = () => new OperatorCase()
            .Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 1, 1]).QuantizedWeights("v", [3, 4, 1, 1])
            .Node("Conv", ["x", "w"], ["a"]).Node("Conv", ["x", "v"], ["b"]).Node("Relu", ["b"], ["r"])
            .Node("Concat", ["a", "r", "x"], ["y"], ("axis", 1)).QuantizedOutput("y", 0.03f, -20),
        ["average pool, relu"] = () => Two([1, 5, 9, 8], "AveragePool", "Relu", 0.01f, ("kernel_shape", new[] { 2, 2 })),
        ["reduce mean, relu"] = () => Two([1, 13, 21], "ReduceMean", "Relu", 0.005f, ("axes", new[] { 2 }), ("keepdims", 0)),
        ["reduce sum"] = () => new OperatorCase().Quantized("x", [1, 13, 21], 0.02f, -3).Constant("axes", 2)
            .Node("ReduceSum", ["x", "axes"], ["y"]).QuantizedOutput("y", 0.2f, -5),
        ["sigmoid, scaled"] = () => new OperatorCase().Quantized("x", [1, 300], 0.02f, 5).Weights("f", [], 3, 4)
            .Node("Sigmoid", ["x"], ["s"]).Node("Mul", ["s", "f"], ["y"]).QuantizedOutput("y", 1 / 64f, -128),
        ["silu"] = () => new OperatorCase().Quantized("x", [1, 300], 0.03f, 5)
            .Node("Sigmoid", ["x"], ["s"]).Node("Mul", ["x", "s"], ["y"]).QuantizedOutput("y", 0.02f, -20),
        ["factor a channel"] = () => new OperatorCase().Quantized("x", [1, 6, 5, 7], 0.02f, 5).Weights("f", [6, 1, 1], 0.5, 2)
            .Node("Mul", ["x", "f"], ["y"]).QuantizedOutput("y", 0.03f, -2),
        ["normalization a channel"] = () => new OperatorCase().Quantized("x", [2, 6, 5], 0.02f, 5)
            .Weights("s", [6]).Weights("b", [6]).Weights("m", [6]).Weights("v", [6], 0.1, 2)
            .Node("BatchNormalization", ["x", "s", "b", "m", "v"], ["n"]).Node("Relu", ["n"], ["y"]).QuantizedOutput("y", 0.02f, -100),
        ["prelu"] = () => new OperatorCase().Quantized("x", [1, 6, 5, 7], 0.02f, 5).Weights("s", [6, 1, 1])
            .Node("PRelu", ["x", "s"], ["y"]).QuantizedOutput("y", 0.02f, -2),
        ["prelu of the last axis"] = () => new OperatorCase().Quantized("x", [5, 6], 0.02f, 5).Weights("s", [6])
            .Node("PRelu", ["x", "s"], ["y"]).QuantizedOutput("y", 0.02f, -2),
        ["prelu with a quantized slope"] = () => new OperatorCase().Quantized("x", [1, 6, 5, 7], 0.02f, 5)
            .QuantizedWeights("s", [6, 1, 1], axis: null)
            .Node("PRelu", ["x", "s"], ["y"]).QuantizedOutput("y", 0.02f, -2),
        ["prelu with one slope, uint8"] = () => new OperatorCase().Quantized("x", [1, 6, 5, 7], 0.02f, 120, DataType.UInt8)
            .Weights("s", [1])
            .Node("PRelu", ["x", "s"], ["y"]).QuantizedOutput("y", 0.02f, 100, DataType.UInt8),
        ["sum of three"] = () => Three("Sum", 0.07f),
        ["mean of three"] = () => Three("Mean", 0.03f),
        ["max of three"] = () => Three("Max", 0.03f),
        ["min of three"] = () => Three("Min", 0.03f),
        ["additions and a subtraction"] = () => new OperatorCase()
            .Quantized("a", [1, 6, 5], 0.02f, -3).Quantized("b", [6, 1], 0.013f, 7).Quantized("c", [1, 6, 5], 0.03f, 20)
            .Node("Add", ["a", "b"], ["s"]).Node("Sub", ["s", "c"], ["d"]).Node("Relu", ["d"], ["y"]).QuantizedOutput("y", 0.04f, -60),
    };

    private static OperatorCase Product(int[] a, int[] b, float scaleOfA, float scaleOfB, float scale) => new OperatorCase()
        .Quantized("a", a, scaleOfA, -3).Quantized("b", b, scaleOfB, 11).Node("MatMul", ["a", "b"], ["y"]).QuantizedOutput("y", scale, 2);

    private static OperatorCase LinearMatMul(int[] a, int[] b)
    {
        OperatorCase model = new OperatorCase().Quantized("a", a, 0.02f, -3).Quantized("b", b, 0.01f, 7);
        model.Model.AddInitializer("y_scale", [], 0.05f).AddInitializer("y_zero", [], new sbyte[] { 3 });
        return model.Node("QLinearMatMul", ["a_q", "a_scale", "a_zero", "b_q", "b_scale", "b_zero", "y_scale", "y_zero"], ["y"])
            .Output("y");
    }

    // A million units of bias and as many taken off: three remain when the stored scale counts.
    private static OperatorCase BiasOfScale(float scale)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [12, 1], 1, 0);
        model.Model.AddInitializer("w_q", [1, 1], new sbyte[] { 1 }).AddInitializer("w_scale", [], 0.5f)
            .AddInitializer("b_q", [1], new[] { 1_000_000 }).AddInitializer("b_scale", [], scale).AddInitializer("c", [1], 500_000f);
        return model.Node("DequantizeLinear", ["w_q", "w_scale"], ["w"]).Node("DequantizeLinear", ["b_q", "b_scale"], ["b"])
            .Node("Gemm", ["x", "w", "b"], ["g"]).Node("Sub", ["g", "c"], ["y"]).QuantizedOutput("y", 0.5f, 0);
    }

    private static OperatorCase Gemm(float alpha, float beta, bool storedBias)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [2, 40], 0.02f, -3).QuantizedWeights("w", [23, 40], density: 0.3);
        if (storedBias) model.QuantizedBias("b", 0.02f, "w");
        else model.Weights("b", [23]);
        return model.Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1), ("alpha", alpha), ("beta", beta)).QuantizedOutput("y", 0.09f, 7);
    }

    private static OperatorCase Two(int[] dims, string first, string second, float scale, params (string, object)[] attributes) =>
        new OperatorCase()
        .Quantized("x", dims, 0.02f, -3).Node(first, ["x"], ["f"], attributes).Node(second, ["f"], ["y"]).QuantizedOutput("y", scale, -100);

    private static OperatorCase Three(string type, float scale) => new OperatorCase()
        .Quantized("a", [1, 6, 5], 0.02f, -3).Quantized("b", [6, 1], 0.013f, 7).Quantized("c", [1, 6, 5], 0.03f, 20)
        .Node(type, ["a", "b", "c"], ["y"]).QuantizedOutput("y", scale, -11);
}
