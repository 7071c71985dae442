using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Operators;

/// <summary>Small models compiled in both profiles against the reference: integers bit for bit, floats within rounding.</summary>
public class OperatorTests
{
    private const string Detour = "computed in float32 between integer tensors";

    public static TheoryData<string> FusionNames() => SharedModels.Rows(FusionCases.All.Keys);

    public static TheoryData<string, Profile> QuantizedNames() => SharedModels.RowsWithProfiles(QuantizedCases.All.Keys);

    public static TheoryData<string, Profile> FloatNames() => SharedModels.RowsWithProfiles(FloatCases.All.Keys);

    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedOperatorEqualsTheReference(string name, Profile profile) => Check(QuantizedCases.All[name](), profile);

    [Theory]
    [MemberData(nameof(FloatNames))]
    public void FloatOperatorMatchesTheReference(string name, Profile profile) => Check(FloatCases.All[name](), profile);

    public static TheoryData<string> NamesOfFloats() => SharedModels.Rows(FloatCases.All.Keys);

    public static TheoryData<string> NamesOfIntegers() => SharedModels.Rows(QuantizedCases.All.Keys);

    /// <summary>Where speed counts other kernels are chosen. Each is run as the processor allows, and with narrower vectors.</summary>
    [Theory]
    [MemberData(nameof(NamesOfFloats))]
    public void FloatOperatorForSpeedMatchesTheReference(string name) => CheckForSpeed(FloatCases.All[name]());

    [Theory]
    [MemberData(nameof(NamesOfIntegers))]
    public void QuantizedOperatorForSpeedEqualsTheReference(string name) => CheckForSpeed(QuantizedCases.All[name]());

    [Theory]
    [MemberData(nameof(NamesOfFloats))]
    public void FloatOperatorForSizeMatchesTheReference(string name) =>
        Check(FloatCases.All[name](), new CompileOptions { Optimize = Optimization.Size, Namespace = "Compiled" });

    /// <summary>Where size counts, convolutions of integers are computed in bands: the smallest ones here, because no tensor is kept beside them.</summary>
    [Theory]
    [MemberData(nameof(NamesOfIntegers))]
    public void QuantizedOperatorForSizeEqualsTheReference(string name) =>
        Check(QuantizedCases.All[name](), new CompileOptions { Optimize = Optimization.Size, Namespace = "Compiled" });

    [Theory]
    [InlineData("conv 3x3 relu", "row < 12; row += 1)")]
    [InlineData("conv 3x3, rows of vectors in uneven bands", "row = Math.Min(next, ")]
    [InlineData("conv 1x1", "pixel = Math.Min(next, 47)")]
    [InlineData("conv uint8", "row += 1)")]
    public void SizeComputesBands(string name, string loop) => Emits(QuantizedCases.All[name](), Optimization.Size, loop);

    [Theory]
    [InlineData("gemm sparse")]
    [InlineData("gemm sparse, odd halves")]
    [InlineData("gemm sparse, few inputs")]
    public void SparseMatricesAreShuffled(string name) => Emits(QuantizedCases.All[name](), Optimization.Speed, "MultiplyShuffled(");

    /// <summary>Projects may treat warnings as errors.</summary>
    [Theory]
    [InlineData(Optimization.Speed)]
    [InlineData(Optimization.Size)]
    public void EmittedCodeHasNoWarnings(Optimization optimize)
    {
        (string Name, string Source)[] emitted = [.. FloatCases.All.Concat(QuantizedCases.All).Select((entry, n) => (entry.Key, ModelCompiler.Compile(
            entry.Value().Build().File, "case.onnx", new CompileOptions { Optimize = optimize, Namespace = $"Case{n}", ClassName = $"Case{n}" }).Source))];
        string[] faults = EmittedWarnings.Of(emitted, Profile.Modern);
        Assert.True(faults.Length == 0, string.Join("\n", faults.Take(20)));
    }

    /// <summary>What a row ends with, be it no number, does not reach the neighbouring row through the padding between.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void DepthwiseRowsDoNotLeak(int stride)
    {
        const int Height = 6, Width = 8, Channels = 3;
        OperatorCase model = new OperatorCase().Input("x", [1, Channels, Height, Width]).Weights("w", [Channels, 1, 3, 3])
            .Node("Conv", ["x", "w"], ["y"], ("group", Channels), ("strides", new[] { stride, stride }), ("pads", new[] { 1, 1, 1, 1 })).Output("y");
        CompileOptions options = new() { Optimize = Optimization.Speed, Namespace = "Compiled" };
        Emits(model, Optimization.Speed, "ConvolveMasked");
        using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build().File, "case.onnx", options);
        double[] clean = Run(0.5), broken = Run(double.NaN), endless = Run(double.PositiveInfinity);
        int rows = (Height - 1) / stride + 1, columns = (Width - 1) / stride + 1;
        for (int i = 0; i < clean.Length; i++)
        {
            // The last pixel of the third row of the first channel is read by its neighbours alone.
            (int channel, int y, int x) = (i / (rows * columns), i / columns % rows * stride, i % columns * stride);
            bool reads = channel == 0 && Math.Abs(y - 2) <= 1 && Math.Abs(x - (Width - 1)) <= 1;
            Assert.Equal(reads, !double.IsFinite(broken[i]));
            if (!reads) Assert.Equal((clean[i], clean[i]), (broken[i], endless[i]));
        }

        double[] Run(double last)
        {
            double[] x = [.. Enumerable.Range(0, Channels * Height * Width).Select(i => (i * 37 % 101 - 50) / 50.0)];
            x[2 * Width + Width - 1] = last;
            return compiled.Run(ReferenceTensor.Float([1, Channels, Height, Width], x))["y"].Floats;
        }
    }

    /// <summary>The cases above that are there for a kernel have it.</summary>
    [Theory]
    [InlineData("LSTM in blocks", "StoreRows(sum0, sum1,")]
    [InlineData("GRU in blocks", "StoreRows(sum0, sum1,")]
    [InlineData("RNN of many units", ").CopyTo(View<float>(scratch")]
    [InlineData("LSTM of some units", " // An input lies behind.")]
    [InlineData("LSTM of bytes", " // An input lies behind.")]
    [InlineData("LSTM of many bytes", "MultiplyPanelsInt8(")]
    [InlineData("gemm wide", "MultiplyListedInputs(")]
    [InlineData("gemm of many weights", "isBackwards: (kept[0] & 1) != 0")]
    [InlineData("conv depthwise, short rows", "ConvolveMasked3x3(")]
    [InlineData("conv depthwise, one row of the window", "ConvolveMasked1x3(")]
    [InlineData("conv depthwise, upper two rows of the window", "ConvolveMasked2x3(")]
    [InlineData("gemm of one output", "DotFloat32(")]
    [InlineData("gemm of three outputs", "DotFloat32(")]
    [InlineData("gemm of seven panels, some inputs zero", "MultiplyListedInputs(")]
    [InlineData("conv depthwise strided, padded before", "ConvolveMaskedLeft3x3(")]
    [InlineData("conv depthwise strided, padded behind", "SplitPhases(")]
    [InlineData("conv channels last, max pool", "MaximumChannelsFloat32(")]
    public void SpeedChoosesTheKernel(string name, string call) => Emits(FloatCases.All[name](), Optimization.Speed, call);

    [Theory]
    [InlineData("conv sparse few bits", "PackAlignedBytes(")]
    [InlineData("conv sparse few bits, one row strided", "PackAlignedBytes(")]
    [InlineData("conv sparse few bits, strided, two columns", "PackAlignedBytes(")]
    [InlineData("conv sparse few bits, dilated rows", "PackAlignedBytes(")]
    [InlineData("add multiples", "AddMultiples(")]
    [InlineData("sub multiples uint8", "AddMultiples(")]
    [InlineData("quantize by a power of two", "QuantizeProducts(")]
    [InlineData("conv channels last, depthwise, every other pixel", "PairEvenPixelsInt8(")]
    [InlineData("conv channels last, depthwise, every other pixel, bytes", "PairEvenPixelsUInt8(")]
    public void SpeedChoosesTheKernelOfIntegers(string name, string call) => Emits(QuantizedCases.All[name](), Optimization.Speed, call);

    [Theory]
    [InlineData("conv winograd", Accuracy.Usual, Optimization.Speed, true)]
    [InlineData("conv winograd, odd", Accuracy.Usual, Optimization.Speed, true)]
    [InlineData("conv winograd, in blocks", Accuracy.Usual, Optimization.Speed, true)]
    [InlineData("conv winograd", Accuracy.Exact, Optimization.Speed, false)]
    [InlineData("conv winograd", Accuracy.Usual, Optimization.Balanced, false)]
    public void ConvolutionsAreTransformedWhereAsked(string name, Accuracy accuracy, Optimization optimize, bool isTransformed)
    {
        CompileOptions options = new() { Optimize = optimize, Accuracy = accuracy };
        ModelReport report = ModelCompiler.Compile(FloatCases.All[name]().Build().File, "case.onnx", options).Report;
        Assert.Equal(isTransformed, report.Layers.Any(layer => layer.Kernel.StartsWith("Winograd", StringComparison.Ordinal)));
    }

    /// <summary>Every case of an integer rule is computed on integers, not in float32 with the same result by luck.</summary>
    [Theory]
    [MemberData(nameof(FusionNames))]
    public void QuantizedOperatorsLeaveNoFloatLayer(string name)
    {
        ModelReport report = ModelCompiler.Compile(FusionCases.All[name]().Build().File, "case.onnx", new CompileOptions()).Report;
        Assert.DoesNotContain(report.Layers, layer => layer.Reason.Contains(Detour, StringComparison.Ordinal)
            || layer.Operation is "quantize" or "dequantize");
        Assert.NotEmpty(report.Layers);
    }

    [Fact]
    public void AFactorOfGemmKeepsWeightsSparse()
    {
        foreach (string name in new[] { "gemm alpha and beta", "gemm alpha, beta and a stored bias", "gemm negative alpha" })
        {
            LayerReport layer = Assert.Single(ModelCompiler.Compile(FusionCases.All[name]().Build().File, "case.onnx",
                new CompileOptions()).Report.Layers);
            Assert.Equal(("fully_connected", 8, 23L * 40), (layer.Operation, layer.Bits, layer.Weights));
            Assert.True(layer.NonZeroWeights < layer.Weights / 2);
        }

        OperatorCase real = new OperatorCase().Input("x", [2, 40]).Weights("w", [23, 40])
            .Node("Gemm", ["x", "w"], ["y"], ("transB", 1), ("alpha", 0.5f)).Output("y");
        Assert.Equal(23 * 40,
            Assert.Single(ModelCompiler.Compile(real.Build().File, "case.onnx", new CompileOptions()).Report.Layers).Weights);
    }

    /// <summary>Looking back through a value that is read twice at every step must not take twice as long at every step.</summary>
    [Theory]
    [InlineData("Max", 500)]
    [InlineData("Add", 500)]
    [InlineData("Mul", 500)]
    [InlineData("Relu", 5000)]
    public void LongChainsCompile(string type, int length)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [1, 4], 0.02f, 0);
        string last = "x";
        for (int i = 0; i < length; i++)
        {
            string next = "v" + i.ToString(CultureInfo.InvariantCulture);
            model.Node(type, type == "Relu" ? [last] : [last, last], [next]);
            last = next;
        }

        model.Model.AddQuantizeDequantize(last, 0.02f, 0).AddOutput(last + "_q", DataType.Int8, 1, 4);
        Assert.NotEmpty(ModelCompiler.Compile(model.Model.Build(), "case.onnx", new CompileOptions()).Report.Layers);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void AFloatLayerBetweenIntegersSaysSo(Profile profile)
    {
        OperatorCase model = new OperatorCase()
            .Quantized("a", [1, 40], 0.02f, 0).Quantized("b", [1, 40], 0.02f, -128).Node("Div", ["a", "b"], ["d"])
                .Node("Exp", ["d"], ["y"]).QuantizedOutput("y", 0.05f, -128);
        CompiledModel compiled = ModelCompiler.Compile(model.Build().File, "case.onnx", new CompileOptions { Profile = profile });
        string[] detours = compiled.Report.Layers.Where(layer => layer.Reason.Contains(Detour, StringComparison.Ordinal))
            .Select(layer => layer.Operation).ToArray();
        Assert.Equal(["divide", "exp"], detours);
        Assert.Contains(Detour, compiled.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void AClassMayLieInTheGlobalNamespace(Profile profile) => Check(FloatCases.All["conv relu"](), profile, "");

    /// <summary>Compiles a case, runs it and compares its outputs with the reference.</summary>
    internal static void Check(OperatorCase model, Profile profile, string space = "Compiled") =>
        Check(model, new CompileOptions { Profile = profile, Namespace = space });

    private static void Emits(OperatorCase model, Optimization optimize, string code) => Assert.Contains(
        code, ModelCompiler.Compile(model.Build().File, "case.onnx", new CompileOptions { Optimize = optimize }).Source, StringComparison.Ordinal);

    private static void CheckForSpeed(OperatorCase model)
    {
        CompileOptions options = new() { Optimize = Optimization.Speed, Namespace = "Compiled" };
        Check(model, options);
        Check(model, options, source => source.Replace("Vector512.IsHardwareAccelerated", "false", StringComparison.Ordinal)
            .Replace("Avx512F.IsSupported", "false", StringComparison.Ordinal).Replace("Avx512BW.IsSupported", "false", StringComparison.Ordinal)
            .Replace("Avx512Vbmi.IsSupported", "false", StringComparison.Ordinal).Replace("Avx512Vbmi.VL.IsSupported", "false", StringComparison.Ordinal));
    }

    private static void Check(OperatorCase model, CompileOptions options, Func<string, string>? edit = null)
    {
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        using CompiledTestModel compiled = CompiledTestModel.Compile(file, "case.onnx", options, edit);
        IReadOnlyDictionary<string, ReferenceTensor> actual = compiled.Run(model.Inputs.Values.ToArray());
        IReadOnlyDictionary<string, ReferenceTensor> again = compiled.Run(model.Inputs.Values.ToArray());
        foreach (string output in model.Outputs)
        {
            string? difference = TensorComparison.Difference(actual[output], expected[output], rtol: 1e-4, atol: 1e-5);
            bool isInteger = !expected[output].IsFloat;
            if (isInteger) difference = TensorComparison.Difference(actual[output], expected[output], rtol: 0, atol: 0);
            Assert.True(difference == null, $"{output}: {difference}");
            string? change = TensorComparison.Difference(again[output], actual[output], rtol: 0, atol: 0);
            Assert.True(change == null, $"{output}, second run: {change}");
        }
    }
}
