using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Tool;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Tests.Tool;

public class TensorConverterTests
{
    [Theory]
    [InlineData(TensorElementType.Float32)]
    [InlineData(TensorElementType.Float64)]
    [InlineData(TensorElementType.Int8)]
    [InlineData(TensorElementType.Int16)]
    [InlineData(TensorElementType.Int32)]
    [InlineData(TensorElementType.Int64)]
    [InlineData(TensorElementType.UInt8)]
    [InlineData(TensorElementType.UInt16)]
    [InlineData(TensorElementType.UInt32)]
    [InlineData(TensorElementType.UInt64)]
    [InlineData(TensorElementType.Bool)]
    public void Keeps_values_between_all_types(TensorElementType through)
    {
        NumericTensor start = new(TensorElementType.UInt8, [3], [1, 0, 1]);

        NumericTensor there = TensorConverter.Convert(start, through, "x");
        NumericTensor back = TensorConverter.Convert(there, TensorElementType.Float32, "x");

        Assert.Equal(through, there.ElementType);
        Assert.Equal([1.0, 0, 1], Enumerable.Range(0, 3).Select(back.ToDouble));
    }

    [Fact]
    public void Rounds_between_floats_only()
    {
        Assert.Equal((double)0.1f, TensorConverter.Convert(Doubles(0.1), TensorElementType.Float32, "x").ToDouble(0));
        Assert.Equal(double.PositiveInfinity, TensorConverter.Convert(Doubles(1e300), TensorElementType.Float32, "x").ToDouble(0));
    }

    [Theory]
    [InlineData(0.5, TensorElementType.Int32)]
    [InlineData(double.NaN, TensorElementType.Int32)]
    [InlineData(double.PositiveInfinity, TensorElementType.Int64)]
    [InlineData(2147483648.0, TensorElementType.Int32)]
    [InlineData(9223372036854775808.0, TensorElementType.Int64)]
    [InlineData(-1.0, TensorElementType.UInt8)]
    [InlineData(256.0, TensorElementType.UInt8)]
    [InlineData(2.0, TensorElementType.Bool)]
    public void Refuses_values_that_would_change(double value, TensorElementType type)
    {
        ToolException error = Assert.Throws<ToolException>(() => TensorConverter.Convert(Doubles(1, value), type, "x.npy"));
        Assert.StartsWith("x.npy: ", error.Message);
        Assert.Contains("element 1", error.Message);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(16777217)]
    public void Refuses_integers_that_a_float_rounds(long value)
    {
        NumericTensor tensor = new(TensorElementType.Int64, [1], BitConverter.GetBytes(value));
        Assert.Throws<ToolException>(() => TensorConverter.Convert(tensor, TensorElementType.Float32, "x"));
    }

    private static NumericTensor Doubles(params double[] values)
        => new(TensorElementType.Float64, [values.Length], MemoryMarshal.AsBytes<double>(values).ToArray());
}
