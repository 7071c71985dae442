using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Compression.Data;
using ModelGen.Compression.Export;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Tests.Support;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>Zeros that a model comes with stay zeros, and count as such.</summary>
public class GivenZerosTests
{
    private const double GivenSparsity = 0.6;

    [Theory]
    [InlineData("lenet", 0, nameof(PrunePattern.Unstructured), 2)]
    [InlineData("lenet", 0.3, nameof(PrunePattern.Pairs), 2)]
    [InlineData("lenet", 0.85, nameof(PrunePattern.Pairs), 2)]
    [InlineData("lenet", 0.85, "auto", 2)]
    [InlineData("resnet", 0.8, nameof(PrunePattern.Channels), 1)]
    [InlineData("lstm", 0.8, nameof(PrunePattern.Channels), 2)]
    [InlineData("lstm", 0, nameof(PrunePattern.Unstructured), 0)]
    [InlineData("lenet", 0.85, nameof(PrunePattern.Pairs), 0)]
    public void TheyStay(string network, double sparsity, string pattern, int epochs)
    {
        byte[] file = OnnxExporter.Export(Networks.All[network](GivenSparsity), new ExportOptions());
        SampleSet samples = CompressorTests.Samples(FloatNetwork.Load(file, network), 192, labelled: false);
        var settings = new CompressionSettings
        {
            Sparsity = sparsity,
            Pattern = pattern == "auto" ? null : Enum.Parse<PrunePattern>(pattern),
            Bits = 8,
            Epochs = epochs,
            BatchSize = 32,
        };
        CompressionResult result = Compressor.Run(
            file, network + ".onnx", settings, new CompressionData(samples, samples, null), _ => { }, null, CancellationToken.None);
        float[][] before = Weights(file), after = Weights(result.File);
        Assert.Equal(before.Select(matrix => matrix.Length), after.Select(matrix => matrix.Length));
        Assert.All(before.Zip(after), pair =>
            Assert.DoesNotContain(pair.First.Zip(pair.Second), weight => weight is { First: 0, Second: not 0 }));

        // Shares are those of all weights: of the original without its zeros, and of the result at most what was asked for.
        double count = before.Sum(matrix => matrix.Length), given = before.Sum(matrix => matrix.Count(weight => weight != 0)) / count;
        CurvePoint first = result.Curve[0], last = result.Curve[^1];
        Assert.Equal(given, first.WeightsKept, 6);
        Assert.True(last.WeightsKept <= 1 - sparsity + 1e-9, $"{last.WeightsKept}");
        Assert.InRange(after.Sum(matrix => matrix.Count(weight => weight != 0)) / count, last.WeightsKept * 0.8, last.WeightsKept + 1e-9);
        if (sparsity < GivenSparsity - 0.05) Assert.Equal(given, last.WeightsKept, 6);
        else Assert.True(last.WeightsKept > (1 - sparsity) * 0.8, $"{last.WeightsKept}");
        Assert.Empty(result.MissedTargets);
    }

    [Fact]
    public void AFewByChanceMayBecomeSomething()
    {
        float[] values = Enumerable.Range(0, 100).Select(i => i < 5 ? 0f : i).ToArray();
        Assert.Null(GivenZeros.MaskOf(Tensor.Floats(new Shape(10, 10), values)));
        values[50] = 0;
        float[] mask = GivenZeros.MaskOf(Tensor.Floats(new Shape(10, 10), values))!;
        Assert.Equal(values.Select(value => value == 0 ? 0f : 1f), mask);
        Assert.Null(GivenZeros.MaskOf(Tensor.Floats(new Shape(100), values)));
    }

    /// <summary>A unit with nothing but zeros costs nothing and does not come back when everything may stay.</summary>
    [Fact]
    public void UnitsOfZerosCostNothingAndDoNotComeBack()
    {
        ModelGraph given = Networks.LeNet(GivenSparsity);
        IReadOnlyList<WeightLayer> layers = WeightLayer.Of(given);
        PruneUnits units = PruneUnits.Create(given, layers, _ => PrunePattern.Pairs);
        double nonZero = layers.SelectMany(layer => layer.Weights).Sum(value => value.Constant!.ToFloats().Count(weight => weight != 0));
        Assert.Equal(nonZero, units.Weights.Sum());
        Assert.Equal(layers.Sum(layer => layer.WeightCount), units.TotalWeights);
        Assert.Contains(0, units.Weights);

        ModelGraph network = FloatNetwork.Load(OnnxExporter.Export(Networks.LeNet(GivenSparsity), new ExportOptions()), "lenet");
        SampleSet samples = CompressorTests.Samples(network, 64, labelled: false);
        using var bench = new Workbench(network, new CompressionData(samples, samples, null), new CompressionSettings(), []);
        var pruner = new GradualPruner(bench.Network, bench.Layers, bench.Trainer.Parameters, _ => PrunePattern.Pairs, PruneCriterion.Magnitude);
        Assert.Equal(nonZero / units.TotalWeights, pruner.WeightsKept, 9);
        pruner.PruneTowards(0.1, 1, 1);
        Assert.InRange(pruner.WeightsKept, 0.09, 0.1);
        pruner.PruneTowards(1, 1, 1);
        Assert.Equal(pruner.WeightsGiven, pruner.WeightsKept, 9);
        Assert.Equal(pruner.WorkGiven, pruner.WorkKept, 9);
        Assert.All(bench.Trainer.Parameters.Where(parameter => parameter.IsWeights),
            parameter => Assert.Equal(parameter.Values.Select(value => value == 0 ? 0f : 1f), parameter.Mask!));
    }

    private static float[][] Weights(byte[] file) => WeightLayer.Of(FloatNetwork.Load(file, "model"))
        .SelectMany(layer => layer.Weights).Select(value => value.Constant!.ToFloats()).ToArray();
}
