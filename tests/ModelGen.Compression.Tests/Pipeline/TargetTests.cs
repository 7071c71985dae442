using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>Targets are kept while pruning, and held against the compiled result.</summary>
public class TargetTests
{
    /// <summary>Six levels of pruning and six batches, or two: each is measured, and what is finished is the last that held.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(96)]
    public void ALossThatIsTooLargeEndsAShortSearchToo(int batchSize)
    {
        CompressionResult result = CompressorTests.Compress(
            "lenet", new CompressionSettings { MaximumDrop = 15, Bits = 8, Epochs = 1, BatchSize = batchSize });
        CurvePoint last = result.Curve[^1];
        CurvePoint[] levels = result.Curve.Where(point => !point.IsFinal).ToArray();
        Assert.True(levels.Length > 2, $"{levels.Length} networks measured");
        Assert.True(result.ValidationBefore - levels[^1].Quality > 15, "nothing ended the search");
        Assert.Equal(levels[^2].WeightsKept, last.WeightsKept, 9);
        Assert.All(levels[..^1], level => Assert.True(result.ValidationBefore - level.Quality <= 15));
    }

    /// <summary>Without a single step there is information of the original network to prune by, not the order of its weights.</summary>
    [Fact]
    public void WithoutASingleStepPruningKnowsWhatWeightsAreWorth()
    {
        var settings = new CompressionSettings { Sparsity = 0.9, Bits = 8, Epochs = 1, BatchSize = 96 };
        CompressionResult result = CompressorTests.Compress("lenet", settings);
        long[] kept = result.After.Layers.Where(layer => layer.Weights > 0).Select(layer => layer.NonZeroWeights).ToArray();

        // By order the convolutions would keep nearly everything and the last layers the least that a layer keeps, 16 weights and one.
        Assert.Equal(4, kept.Length);
        Assert.True(kept[2] > 50 && kept[3] > 20, string.Join(' ', kept));
    }

    /// <summary>Who asks for no zeros gets none, whatever else is a target; who has few bytes already keeps all weights.</summary>
    [Fact]
    public void NothingIsPrunedWhereNothingMustBe()
    {
        var settings = new CompressionSettings { Bits = 8, Epochs = 1 };
        Assert.Equal(1, CompressorTests.Compress("lenet", settings with { Sparsity = 0, MaximumDrop = 50 }).Curve[^1].WeightsKept);
        Assert.Equal(1, CompressorTests.Compress("lenet", settings with { WeightBytes = 1_000_000 }).Curve[^1].WeightsKept);
    }

    [Fact]
    public void EachMissedTargetIsNamedWithItsFigures()
    {
        byte[] file = OnnxExporter.Export(Networks.LeNet(0.5), new ExportOptions());
        IReadOnlyList<WeightLayer> layers = WeightLayer.Of(FloatNetwork.Load(file, "lenet"));
        ModelReport report = ModelCompiler.Compile(file, "lenet", new CompileOptions { Optimize = Optimization.Size }).Report;
        double sparsity = 1 - (double)report.NonZeroWeights / report.Weights;
        Assert.InRange(sparsity, 0.4, 0.6);
        var met = new CompressionSettings { Sparsity = sparsity, Speedup = 1, WeightBytes = report.WeightBytes, MaximumDrop = 0.5 };
        Assert.Empty(TargetCheck.Missed(met, layers, report, 0.5));
        var missed = new CompressionSettings
        {
            Sparsity = 0.9,
            Speedup = 8,
            WeightBytes = report.WeightBytes - 1,
            MaximumDrop = 0.5,
        };
        IReadOnlyList<string> lines = TargetCheck.Missed(missed, layers, report, 0.501);
        Assert.Equal(4, lines.Count);
        Assert.Matches("^--sparsity: wanted 0\\.9, is 0\\.[45][0-9]*$", lines[0]);
        Assert.Matches("^--speedup: wanted 8, is (1\\.[5-9]|2\\.[0-4])[0-9]?$", lines[1]);
        Assert.Equal(FormattableString.Invariant($"--weight-bytes: wanted {report.WeightBytes - 1}, is {report.WeightBytes}"), lines[2]);

        // Rounded up: what is missed never reads as met.
        Assert.Equal("--max-accuracy-drop: wanted 0.5 at most, is 0.51", lines[3]);
    }

    [Fact]
    public void AResultSaysWhatItMisses()
    {
        var settings = new CompressionSettings { Sparsity = 0.9999, Bits = 8, Epochs = 0 };
        Assert.StartsWith("--sparsity: wanted 0.9999, is 0.99",
            Assert.Single(CompressorTests.Compress("lenet", settings, labels: false).MissedTargets), StringComparison.Ordinal);
        Assert.Empty(CompressorTests.Compress("lenet", settings with { Sparsity = 0.5 }, labels: false).MissedTargets);
    }
}
