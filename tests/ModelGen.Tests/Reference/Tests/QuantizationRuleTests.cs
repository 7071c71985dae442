using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>The rules of docs/numerics.md on numbers small enough to work out by hand.</summary>
public class QuantizationRuleTests
{
    [Fact]
    public void QuantizeLinearRoundsHalfToEvenAndSaturates()
    {
        OnnxModelBuilder model = new OnnxModelBuilder(13)
            .AddInput("x", DataType.Float32, 6)
            .AddOutput("x_q", DataType.Int8, 6)
            .AddQuantizeDequantize("x", 2f, 1);
        // x / 2 = 0.5, 1.5, 2.5, -0.5, 1000, -1000
        Assert.Equal([1, 3, 3, 1, 127, -128], Run(model, "x_q", [1, 3, 5, -1, 2000, -2000]));
    }

    [Fact]
    public void MatMulIsExactBeforeItsOneRounding()
    {
        // x = (q - 1) * 0.5, w = v * 0.25, scale of y 4: M = 0.125 / 4 = 1/32.
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 3), 0.5f, 1)
            .AddInitializer("w_q", [3, 2], new sbyte[] { 100, 1, -50, 2, 25, 3 })
            .AddInitializer("w_scale", [], 0.25f)
            .AddNode("DequantizeLinear", ["w_q", "w_scale"], ["w"])
            .AddNode("MatMul", ["x", "w"], ["y"])
            .AddQuantizeDequantize("y", 4f, -3);
        // (10, 20, 30) times the columns: 750 / 32 = 23.4375 -> 23 and 140 / 32 = 4.375 -> 4; the zero point takes 3.
        Assert.Equal([20, 1], Run(model, "y_q", [11, 21, 31]));
    }

    [Fact]
    public void ReluNarrowsTheRangeOfSaturation()
    {
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 3), 1f, 0)
            .AddNode("Mul", ["x", "x"], ["squares"])
            .AddNode("Sub", ["x", "x"], ["zeros"])
            .AddNode("Add", ["x", "x"], ["doubled"])
            .AddNode("Relu", ["doubled"], ["y"])
            .AddQuantizeDequantize("y", 1f, -10)
            .AddQuantizeDequantize("squares", 10f, 0)
            .AddQuantizeDequantize("zeros", 1f, 7);
        Assert.Equal([-10, -6, 90], Run(model, "y_q", [-5, 2, 50]));
        Assert.Equal([2, 0, 127], Run(model, "squares_q", [-5, 2, 50]));
        Assert.Equal([7, 7, 7], Run(model, "zeros_q", [-5, 2, 50]));
    }

    [Fact]
    public void ClipNarrowsBothEnds()
    {
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 3), 1f, 0)
            .AddInitializer("low", [], 0f)
            .AddInitializer("high", [], 6f)
            .AddNode("Add", ["x", "x"], ["doubled"])
            .AddNode("Clip", ["doubled", "low", "high"], ["y"])
            .AddQuantizeDequantize("y", 0.5f, -128);
        Assert.Equal([-128, -120, -116], Run(model, "y_q", [-5, 2, 50]));
    }

    [Fact]
    public void AFloatBiasBecomesAccumulatorUnits()
    {
        // sx * sw = 0.125: a bias of 0.3125 is 2.5 units and rounds to even, 2.
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 1), 0.5f, 0)
            .AddInitializer("w_q", [1, 1], new sbyte[] { 1 })
            .AddInitializer("w_scale", [], 0.25f)
            .AddNode("DequantizeLinear", ["w_q", "w_scale"], ["w"])
            .AddInitializer("b", [1], 0.3125f)
            .AddNode("Gemm", ["x", "w", "b"], ["y"])
            .AddQuantizeDequantize("y", 0.125f, 0);
        Assert.Equal([12], Run(model, "y_q", [10]));
    }

    [Fact]
    public void AnInt32BiasIsUsedAsItIs()
    {
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 1), 0.5f, 0)
            .AddInitializer("w_q", [1, 1], new sbyte[] { 1 })
            .AddInitializer("w_scale", [], 0.25f)
            .AddNode("DequantizeLinear", ["w_q", "w_scale"], ["w"])
            .AddInitializer("b_q", [1], new[] { -7 })
            .AddInitializer("b_scale", [], 0.125f)
            .AddNode("DequantizeLinear", ["b_q", "b_scale"], ["b"])
            .AddNode("Gemm", ["x", "w", "b"], ["y"])
            .AddQuantizeDequantize("y", 0.125f, 0);
        Assert.Equal([3], Run(model, "y_q", [10]));
    }

    [Fact]
    public void AveragesDivideByTheElementsThatCount()
    {
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 1, 3), 1f, 0)
            .AddNode("AveragePool", ["x"], ["y"], ("kernel_shape", new[] { 3 }), ("pads", new[] { 1, 1 }))
            .AddQuantizeDequantize("y", 1f, 0)
            .AddNode("AveragePool", ["x"], ["p"], ("kernel_shape", new[] { 3 }), ("pads", new[] { 1, 1 }), ("count_include_pad", 1))
            .AddQuantizeDequantize("p", 1f, 0)
            .AddNode("ReduceMean", ["x"], ["m"], ("axes", new[] { 2 }))
            .AddQuantizeDequantize("m", 1f, 0);
        // Sums 30, 60, 50 of 2, 3 and 2 elements; with padding always of 3.
        Assert.Equal([15, 20, 25], Run(model, "y_q", [10, 20, 30]));
        Assert.Equal([10, 20, 17], Run(model, "p_q", [10, 20, 30]));
        Assert.Equal([20], Run(model, "m_q", [10, 20, 30]));
    }

    [Fact]
    public void OneQuantizedValueFeedsIntegerAndFloatReaders()
    {
        OnnxModelBuilder model = Dequantized(Quantized(new OnnxModelBuilder(13), "x", 1, 2), 0.5f, 0)
            .AddNode("Flatten", ["x"], ["flat"])
            .AddInitializer("w_q", [2, 1], new sbyte[] { 3, 4 })
            .AddInitializer("w_scale", [], 1f)
            .AddNode("DequantizeLinear", ["w_q", "w_scale"], ["w"])
            .AddNode("MatMul", ["flat", "w"], ["y"])
            .AddQuantizeDequantize("y", 1f, 0)
            .AddNode("Exp", ["y"], ["e"]);
        IReadOnlyDictionary<string, ReferenceTensor> values = Values(model, [2, 1]);
        Assert.Equal([5], values["y_q"].Integers);
        Assert.Equal([5.0], values["y"].Floats);
        Assert.Equal(Math.Exp(5), values["e"].Floats[0], 10);
    }

    private static OnnxModelBuilder Quantized(OnnxModelBuilder builder, string name, params int[] dims)
        => builder.AddInput(name + "_in", DataType.Int8, dims);

    private static OnnxModelBuilder Dequantized(OnnxModelBuilder builder, float scale, sbyte zeroPoint) => builder
        .AddInitializer("x_in_scale", [], scale)
        .AddInitializer("x_in_zero", [], zeroPoint)
        .AddNode("DequantizeLinear", ["x_in", "x_in_scale", "x_in_zero"], ["x"]);

    private static long[] Run(OnnxModelBuilder builder, string output, double[] input) => Values(builder, input)[output].Integers;

    private static IReadOnlyDictionary<string, ReferenceTensor> Values(OnnxModelBuilder builder, double[] input)
    {
        ReferenceModel model = new(builder.Build());
        int[] dims = builder.Model.Graph.Input[0].Type.TensorType.Shape.Dim.Select(d => (int)d.DimValue).ToArray();
        bool isFloat = builder.Model.Graph.Input[0].Type.TensorType.ElemType == (int)DataType.Float32;
        return model.Run(isFloat
            ? ReferenceTensor.Float(dims, input)
            : ReferenceTensor.Integer(DataType.Int8, dims, Array.ConvertAll(input, v => (long)v)));
    }
}
