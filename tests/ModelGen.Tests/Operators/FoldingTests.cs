using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Operators;

/// <summary>What the compiler evaluates and what the emitted code computes are the same, to the bit, and right.</summary>
public class FoldingTests
{
    private const float NaN = float.NaN;

    private static readonly Row[] Rows =
    [
        Two("Pow", Int32(4, 2, 9, -3), Float(0.5f, -1, 2, 3), Int32(2, 0, 81, -27)),
        Two("Pow", Int32(4, 2), Int32(3, 30), Int32(64, 1 << 30)),
        Two("Less", Float(NaN, 1, 1), Float(1, NaN, 2), Bool(0, 0, 1)),
        Two("LessOrEqual", Float(NaN, 1, 1), Float(1, NaN, 1), Bool(0, 0, 1)),
        Two("Greater", Float(NaN, 1, 2), Float(1, NaN, 1), Bool(0, 0, 1)),
        Two("GreaterOrEqual", Float(NaN, NaN, 2), Float(1, NaN, 2), Bool(0, 0, 1)),
        Two("Equal", Float(NaN, NaN, 2), Float(1, NaN, 2), Bool(0, 0, 1)),
        Two("Max", Float(NaN, 1, 2), Float(1, NaN, 1), Float(NaN, NaN, 2)),
        Two("Min", Float(NaN, 1, 2), Float(1, NaN, 1), Float(NaN, NaN, 1)),
        Two("Max", UInt64(ulong.MaxValue, 1), UInt64(1, 1UL << 63), UInt64(ulong.MaxValue, 1UL << 63)),
        Two("Min", UInt64(ulong.MaxValue, 1), UInt64(1, 1UL << 63), UInt64(1, 1)),
        Two("Div", UInt64(ulong.MaxValue, 7), UInt64(2, 2), UInt64(ulong.MaxValue / 2, 3)),
        Two("Greater", UInt64(ulong.MaxValue, 7), UInt64(2, 8), Bool(1, 0)),
        Two("Div", Int32(-7, 7, -7), Int32(2, -2, -2), Int32(-3, -3, 3)),
        Two("Mod", Int32(-7, 7, -7, -6, int.MaxValue - 1), Int32(3, -3, -3, 3, int.MaxValue), Int32(2, -2, -1, 0, int.MaxValue - 1)),
        Two("Mod", UInt32(uint.MaxValue - 1, 7), UInt32(uint.MaxValue, 3), UInt32(uint.MaxValue - 1, 1)),
        Two("Mod", UInt64(ulong.MaxValue, 7), UInt64(10, 3), UInt64(ulong.MaxValue % 10, 1)),
        Two("Add", Int32(int.MaxValue, 1), Int32(1, 2), Int32(int.MinValue, 3)),
        Two("BitwiseAnd", Int8(-4, 7), Int8(6, -3), Int8(4, 5)),
        Two("BitwiseOr", UInt32(5, 1u << 31), UInt32(2, 1), UInt32(7, (1u << 31) + 1)),
        Two("BitwiseXor", UInt64(ulong.MaxValue, 5), UInt64(1, 5), UInt64(ulong.MaxValue - 1, 0)),
        One("BitwiseNot", Int8(-128, 0, 5), Int8(127, -1, -6)),
        One("BitwiseNot", UInt64(ulong.MaxValue, 0), UInt64(0, ulong.MaxValue)),
        One("Abs", Int8(-128, -1, 5), Int8(-128, 1, 5)),
        One("Abs", Int32(int.MinValue, -1), Int32(int.MinValue, 1)),
        One("Abs", UInt64(ulong.MaxValue, 1), UInt64(ulong.MaxValue, 1)),
        One("Sign", UInt64(ulong.MaxValue, 0), UInt64(1, 0)),
        One("Sign", Float(NaN, -2, 0), Float(NaN, -1, 0)),
        One("ReduceMax", Float(1, NaN, 2), Float(NaN)),
        One("ReduceMin", Float(1, NaN, 2), Float(NaN)),
        One("ReduceSum", Int64((1L << 53) + 1, 1L << 53), Int64((1L << 54) + 1)),
        One("ReduceL1", Int32(int.MinValue, 0), Int32(int.MinValue)),
        One("Cast", UInt64(ulong.MaxValue, 1), Float(18446744073709551616f, 1), ("to", 1)),
        One("Cast", Float(-2.9f, 2.9f, 0.2f), Int32(-2, 2, 0), ("to", 6)),
        One("Cast", Float(-2.9f, 300), Int8(-2, 44), ("to", 3)),
        One("Cast", Float(NaN, 0, 0.2f), Bool(1, 0, 1), ("to", 9)),
        One("Cast", Int32(200, -1, 8, 7), Int8(-8, -1, -8, 7), ("to", 22)),
        One("Cast", Int32(200, -1, 8), UInt8(8, 15, 8), ("to", 21)),
    ];

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void EmittedCodeIsRight(Profile profile) => Check(isConstant: false, profile);

    [Fact]
    public void FoldedConstantsAreRight() => Check(isConstant: true, Profile.Modern);

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void NotANumberIsQuantizedAlike(Profile profile)
    {
        Operand x = Float(NaN, 1);
        foreach (bool isConstant in new[] { false, true })
        {
            OnnxModelBuilder model = new OnnxModelBuilder().AddInitializer("s", [], 1f).AddInitializer("z", [], new sbyte[] { 5 });
            Declare(model, "x", x, isConstant);
            model.AddNode("QuantizeLinear", ["x", "s", "z"], ["y"]).AddOutput("y", DataType.Int8);
            using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build(), "nan.onnx", profile);
            Assert.Equal([-128, 6], compiled.Run(isConstant ? [] : [x.Tensor])["y"].Integers);
        }
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void MeanOfDoublesIsOfDoubles(Profile profile)
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("a", DataType.Float64, 2).AddInput("b", DataType.Float64, 2)
            .AddNode("Mean", ["a", "b", "a"], ["y"]).AddOutput("y", DataType.Float64, 2);
        using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build(), "mean.onnx", profile);
        ReferenceTensor Doubles(params double[] values) => ReferenceTensor.Float([2], values, DataType.Float64);
        Assert.Equal([2, (2e-300 + 1) / 3], compiled.Run(Doubles(1, 1e-300), Doubles(4, 1))["y"].Floats);
    }

    private static void Check(bool isConstant, Profile profile)
    {
        var model = new OnnxModelBuilder(opset: 18);
        var inputs = new List<ReferenceTensor>();
        for (int i = 0; i < Rows.Length; i++)
        {
            string[] names = Rows[i].Operands.Select((_, k) => FormattableString.Invariant($"x{i}_{k}")).ToArray();
            for (int k = 0; k < names.Length; k++)
            {
                Declare(model, names[k], Rows[i].Operands[k], isConstant);
                if (!isConstant) inputs.Add(Rows[i].Operands[k].Tensor);
            }

            string output = Rows[i].Output(i);
            model.AddNode(Rows[i].Operator, names, [output], Rows[i].Attributes).AddOutput(output, Rows[i].Expected.Tensor.Type);
        }

        using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build(), "folding.onnx", profile);
        IReadOnlyDictionary<string, ReferenceTensor> actual = compiled.Run(inputs.ToArray());
        Assert.All(Rows.Select((row, i) => (row.Operator, Expected: row.Expected.Tensor, Actual: actual[row.Output(i)])), row =>
        {
            Assert.Equal(row.Expected.Type, row.Actual.Type);
            Assert.Equal(row.Expected.AsDoubles(), row.Actual.AsDoubles());
            if (!row.Expected.IsFloat) Assert.Equal(row.Expected.Integers, row.Actual.Integers);
        });
    }

    private static void Declare(OnnxModelBuilder model, string name, Operand operand, bool isConstant)
    {
        if (isConstant) model.AddInitializer(name, operand.Tensor.Type, operand.Tensor.Dims, operand.Bytes);
        else model.AddInput(name, operand.Tensor.Type, operand.Tensor.Dims);
    }

    private static Row Two(string type, Operand a, Operand b, Operand expected) => new(type, [a, b], expected, []);

    private static Row One(string type, Operand x, Operand expected, params (string, object)[] attributes) =>
        new(type, [x], expected, attributes);

    private static Operand Float(params float[] values)
    {
        ReferenceTensor tensor = ReferenceTensor.Float([values.Length], Array.ConvertAll(values, v => (double)v));
        return new Operand(tensor, MemoryMarshal.AsBytes<float>(values).ToArray());
    }

    private static Operand Bool(params byte[] values) => Integers(DataType.Bool, values, v => v);

    private static Operand Int8(params sbyte[] values) => Integers(DataType.Int8, values, v => v);

    private static Operand UInt8(params byte[] values) => Integers(DataType.UInt8, values, v => v);

    private static Operand Int32(params int[] values) => Integers(DataType.Int32, values, v => v);

    private static Operand UInt32(params uint[] values) => Integers(DataType.UInt32, values, v => v);

    private static Operand Int64(params long[] values) => Integers(DataType.Int64, values, v => v);

    private static Operand UInt64(params ulong[] values) => Integers(DataType.UInt64, values, v => (long)v);

    private static Operand Integers<T>(DataType type, T[] values, Converter<T, long> convert)
        where T : struct
    {
        ReferenceTensor tensor = ReferenceTensor.Integer(type, [values.Length], Array.ConvertAll(values, convert));
        return new Operand(tensor, MemoryMarshal.AsBytes<T>(values).ToArray());
    }

    private sealed record Operand(ReferenceTensor Tensor, byte[] Bytes);

    private sealed record Row(string Operator, Operand[] Operands, Operand Expected, (string, object)[] Attributes)
    {
        public string Output(int index) => FormattableString.Invariant($"{Operator}{index}");
    }
}
