using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Report;
using ModelGen.Compression.Tests.Support;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Report;

/// <summary>Time and energy from the compiler's figures.</summary>
public class ReportEstimatesTests
{
    [Fact]
    public void EnergyFollowsTheFormula()
    {
        ModelReport report = Network();
        LayerReport layer = Assert.Single(report.Layers);
        Assert.Equal(64 * 32, layer.MultiplyAccumulates);

        // 4.6 pJ a float multiply-accumulate, 2.5 pJ a byte.
        Assert.Equal((64 * 32 * 4.6 + layer.WeightBytes * 2.5) / 1e6, ReportEstimates.Microjoules(report), 12);
        ModelReport int8 = With(report, layer with { Kernel = "dense over outputs, int8" });
        Assert.Equal((64 * 32 * 0.3 + layer.WeightBytes * 2.5) / 1e6, ReportEstimates.Microjoules(int8), 12);
    }

    [Fact]
    public void RecurrentLayersReadTheirWeightsAtEveryStep()
    {
        ModelReport report = Network();
        LayerReport layer = report.Layers[0] with
        {
            Operation = "lstm",
            DenseMultiplyAccumulates = 10 * 64 * 32,
            MultiplyAccumulates = 10 * 64 * 32
        };
        Assert.Equal((10 * 64 * 32 * 4.6 + 10 * layer.WeightBytes * 2.5) / 1e6, ReportEstimates.Microjoules(With(report, layer)), 12);
    }

    [Theory]
    [InlineData("dense over pixels, 3x3, float32", 0.03)]
    [InlineData("dense over channels, 3x3, int8", 0.02)]
    [InlineData("dense over channels, depthwise, float32", 0.09)]
    [InlineData("sparse over pixels, 3x3, int8, pairs of channels", 0.05)]
    [InlineData("sparse over pixels, 3x3, int8, pairs of channels, 16-bit sums", 0.03)]
    [InlineData("sparse, sixteen outputs at a time, uint8", 0.1)]
    [InlineData("dense over outputs, int8", 0.04)]
    [InlineData("sparse dot products, float32", 0.6)]
    [InlineData("dot products from packed weights, int8", 1.2)]
    [InlineData("unrolled, weights as literals, float32", 0.25)]
    public void TimeFollowsTheKernel(string kernel, double nanoseconds)
    {
        ModelReport report = Network();
        ModelReport changed = With(report, report.Layers[0] with { Kernel = kernel });
        Assert.Equal((64 * 32 * nanoseconds + 100) / 1000, ReportEstimates.Microseconds(changed), 9);
    }

    /// <summary>The compiler's own names: a kernel that is renamed would silently be taken for another.</summary>
    [Theory]
    [InlineData("lenet", "over channels", "over pixels", "over outputs")]
    [InlineData("lstm", "blocks of", "over outputs")]
    public void TheCompilerNamesItsKernelsAsExpected(string network, params string[] names)
    {
        byte[] file = OnnxExporter.Export(Networks.All[network](0), new ExportOptions());
        ModelReport report = ModelCompiler.Compile(file, "network.onnx", new CompileOptions { Namespace = "T", Optimize = Optimization.Speed }).Report;
        Assert.All(report.Layers.Where(layer => layer.Weights > 100), layer =>
            Assert.Contains(names.Append("literals").Append("dot products"), name => layer.Kernel.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void MethodsNameTheirConstants()
    {
        Assert.Contains("sparse convolution float32 0.06", ReportEstimates.TimeMethod, StringComparison.Ordinal);
        Assert.Contains("4.6 pJ in float32 or 0.3 pJ in int8", ReportEstimates.EnergyMethod, StringComparison.Ordinal);
    }

    private static ModelReport With(ModelReport report, LayerReport layer) => report with { Layers = new([layer]) };

    private static ModelReport Network()
    {
        float[] weights = Enumerable.Range(0, 64 * 32).Select(i => i % 17 - 8.5f).ToArray();
        byte[] file = new OnnxModelBuilder(13).AddInput("x", DataType.Float32, 1, 64).AddInitializer("w", [64, 32], weights)
            .AddNode("MatMul", ["x", "w"], ["y"]).AddOutput("y", DataType.Float32, 1, 32).Build();
        return ModelCompiler.Compile(file, "tiny.onnx", new CompileOptions { Namespace = "T", Optimize = Optimization.Size }).Report;
    }
}
