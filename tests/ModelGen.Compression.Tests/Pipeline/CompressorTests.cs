using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using ModelGen.Compiler;
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

/// <summary>The whole way from a model to a smaller one, on small networks whose own answers are the labels.</summary>
public class CompressorTests
{
    /// <summary>Networks and patterns.</summary>
    public static TheoryData<string, string> Patterns => new()
    {
        { "lenet", nameof(PrunePattern.Unstructured) },
        { "lenet", nameof(PrunePattern.Pairs) },
        { "resnet", nameof(PrunePattern.Channels) },
        { "tcn", nameof(PrunePattern.Unstructured) },
        { "mobilenet", nameof(PrunePattern.Unstructured) },
        { "lstm", nameof(PrunePattern.Blocks) },
        { "gru", nameof(PrunePattern.Unstructured) },
        { "lstm", nameof(PrunePattern.Channels) },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void ATrainedResultHasTheZerosAskedForAndKeepsItsAnswers(string network, string pattern)
    {
        CompressionResult result = Compress(network,
            new CompressionSettings
            {
                Sparsity = 0.5,
                Pattern = Enum.Parse<PrunePattern>(pattern),
                Epochs = 4,
                BatchSize = 32,
                MeanBits = 5
            });
        Assert.InRange(result.After.NonZeroWeights, 1, result.After.Weights / 2);
        Assert.True(result.After.WeightBytes < result.FloatBytes / 3, $"{result.After.WeightBytes} of {result.FloatBytes} bytes");
        // Networks with random weights decide by a hair; what counts is that most answers are far above chance.
        Assert.True(result.ValidationAfter > 30, $"{result.ValidationAfter} points");

        // Training on grids computes what the integers of the compiled result compute.
        Assert.InRange(result.ValidationAfter, result.Curve[^1].Quality - 10, result.Curve[^1].Quality + 10);
    }

    [Theory]
    [InlineData("lstm", 2)]
    [InlineData("lstm", 0)]
    [InlineData("gru", 2)]
    [InlineData("gru", 0)]
    public void PrunedHiddenUnitsAreTakenOut(string network, int epochs)
    {
        CompressionResult result = Compress(network,
            new CompressionSettings { Sparsity = 0.5, Pattern = PrunePattern.Channels, Epochs = epochs, BatchSize = 32, Bits = 8 });
        float[] recurrent = WeightLayer.Of(FloatNetwork.Load(result.File, network))[0].Weights[1].Constant!.ToFloats();
        const int Units = 16;
        int gone = Enumerable.Range(0, Units).Count(unit => recurrent.Chunk(Units).Where((_, row) => row % Units == unit)
            .All(row => row.All(weight => weight == 0)));
        Assert.InRange(gone, 1, Units - 1);
        LayerReport layer = result.After.Layers.Single(layer => layer.Operation == result.Before.Layers[0].Operation);
        Assert.Contains($"{gone} of {Units} outputs", layer.Reason, StringComparison.Ordinal);
        Assert.Matches($"[ x]{Units - gone}(,|$)", layer.Shape);
    }

    /// <summary>Across additions, depthwise and padded convolutions.</summary>
    [Theory]
    [InlineData("resnet", 2)]
    [InlineData("resnet", 0)]
    [InlineData("mobilenet", 2)]
    [InlineData("tcn", 2)]
    public void PrunedChannelsAreTakenOut(string network, int epochs)
    {
        CompressionResult result = Compress(network,
            new CompressionSettings { Sparsity = 0.4, Pattern = PrunePattern.Channels, Epochs = epochs, BatchSize = 32, Bits = 8 });
        IReadOnlyList<WeightLayer> layers = WeightLayer.Of(FloatNetwork.Load(result.File, network));
        LayerReport[] reports = result.After.Layers.Where(layer => layer.Weights > 0).ToArray();
        int all = 0;
        for (int i = 0; i < layers.Count - 1; i++)
        {
            Value weights = layers[i].Weights[0];
            float[] values = weights.Constant!.ToFloats();
            int gone = values.Chunk(values.Length / weights.Shape[0]).Count(row => row.All(weight => weight == 0));
            if (gone > 0) Assert.Contains($"{gone} of {weights.Shape[0]} outputs", reports[i].Reason, StringComparison.Ordinal);
            all += gone;
        }

        Assert.True(all > 0);
    }

    [Theory]
    [InlineData("lenet")]
    [InlineData("mobilenet")]
    [InlineData("lstm")]
    public void OneShotKeepsTheAnswersWithoutTraining(string network)
    {
        CompressionResult result = Compress(network, new CompressionSettings { Sparsity = 0.4, Bits = 8, Epochs = 0 }, labels: false);
        Assert.InRange(result.After.NonZeroWeights, 1, (long)(0.6 * result.After.Weights) + 1);
        Assert.True(result.TestAfter > 70, $"{result.TestAfter} points");
        Assert.Equal("accuracy", result.QualityName);
    }

    [Theory]
    [InlineData("lenet", 2)]
    [InlineData("lenet", 0)]
    [InlineData("lstm", 2)]
    [InlineData("resnet", 1, nameof(PrunePattern.Channels), true)]
    [InlineData("tcn", 1, null, true)]
    public void TheNumberOfThreadsChangesNoByte(
        string network, int epochs, string? pattern = nameof(PrunePattern.Unstructured), bool varies = false)
    {
        var settings = new CompressionSettings
        {
            Sparsity = 0.5,
            Epochs = epochs,
            // Two parts a batch, whose gradients are added.
            BatchSize = 64,
            Seed = 3,
            Pattern = pattern is null ? null : Enum.Parse<PrunePattern>(pattern),
            Augmentation = varies ? new Augmentation(Shift: 1, Noise: 0.1f) : null,
        };
        byte[] first = Compress(network, settings with { Threads = 1 }).File,
            second = Compress(network, settings with { Threads = 3 }).File;
        Assert.Equal(first, second);
        Assert.NotEqual(first, Compress(network, settings with { Threads = 3, Seed = 4 }).File);
    }

    [Fact]
    public void AQuantizedSparseModelIsTakenAndMadeSmaller()
    {
        CompressionResult once = Compress("lenet", new CompressionSettings { Sparsity = 0.3, Bits = 8, Epochs = 2, BatchSize = 32 });
        SampleSet samples = Samples(FloatNetwork.Load(once.File, "once"), 192, labelled: true);
        CompressionResult twice = Compressor.Run(once.File, "once.onnx",
            new CompressionSettings { Sparsity = 0.6, Bits = 4, Epochs = 2, BatchSize = 32 },
            new CompressionData(samples, samples, null), _ => { }, null, CancellationToken.None);
        Assert.True(twice.After.NonZeroWeights < once.After.NonZeroWeights);
        Assert.True(twice.After.WeightBytes < once.After.WeightBytes);
    }

    /// <summary>Without classes the squared error against the original's outputs is what counts.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void NetworksThatGiveNumbersAreCompressedToo(int epochs)
    {
        var settings = new CompressionSettings { Sparsity = 0.4, Bits = 8, Epochs = epochs, BatchSize = 32 };
        CompressionResult result = Compress("autoencoder", settings, labels: false, labelsOfTest: false);
        Assert.InRange(result.After.NonZeroWeights, 1, (long)(0.6 * result.After.Weights) + 1);
        Assert.Contains("variance", result.QualityName, StringComparison.Ordinal);
        Assert.InRange(result.ValidationAfter, 60, 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void SizeAloneDecidesWhenAskedFor(int epochs)
    {
        var settings = new CompressionSettings { Sparsity = 0.5, Epochs = epochs, BatchSize = 32, Criterion = PruneCriterion.Magnitude };
        CompressionResult result = Compress("lenet", settings);
        Assert.InRange(result.After.NonZeroWeights, 1, result.After.Weights / 2);
        Assert.NotEqual(result.File, Compress("lenet", settings with { Criterion = PruneCriterion.SecondOrder }).File);
    }

    [Fact]
    public void WeightBytesEndTheSearch()
    {
        CompressionResult all = Compress("lenet", new CompressionSettings { Bits = 8, Epochs = 1, BatchSize = 32 });
        long wanted = all.After.WeightBytes / 3;
        CompressionResult result = Compress("lenet",
            new CompressionSettings { Bits = 8, WeightBytes = wanted, Epochs = 12, BatchSize = 32 });
        Assert.True(result.After.WeightBytes <= wanted, $"{result.After.WeightBytes} of {wanted} bytes");
        Assert.True(result.After.NonZeroWeights > 0.02 * result.After.Weights);
    }

    [Fact]
    public void ALossThatIsTooLargeEndsTheSearchBeforeIt()
    {
        CompressionResult result = Compress("lenet", new CompressionSettings { MaximumDrop = 15, Epochs = 12, BatchSize = 32 });
        CurvePoint last = result.Curve[^1];
        Assert.True(last.IsFinal);
        Assert.Contains(result.Curve, point => !point.IsFinal && result.ValidationBefore - point.Quality <= 15
            && Math.Abs(point.WeightsKept - last.WeightsKept) < 1e-9);
    }

    [Fact]
    public void CancellingStopsIt()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Compress("lenet", new CompressionSettings { Sparsity = 0.5, Epochs = 1000 },
            progress: state => { if (state.Done > 0.021) source.Cancel(); }, cancellation: source.Token));
    }

    /// <summary>Stopped while pruning and while training on grids, on another number of threads: nothing of the result changes.</summary>
    [Theory]
    [InlineData("lenet", 0.3)]
    [InlineData("lstm", 0.7)]
    public void AStoppedRunGoesOnToTheSameFile(string network, double stop)
    {
        using var folder = new TemporaryFolder();
        var settings = new CompressionSettings { Sparsity = 0.8, Epochs = 20, BatchSize = 32, Seed = 5 };
        byte[] whole = Compress(network, settings).File;
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Compress(network, settings with { Threads = 2 },
            progress: state => { if (state.Done > stop) source.Cancel(); }, folder: folder.Path, cancellation: source.Token));
        List<string> notes = [];
        CompressionResult rest = Compress(network, settings, progress: state => notes.Add(state.Note ?? ""), folder: folder.Path);
        Assert.Equal(whole, rest.File);
        Assert.Contains(notes, note => note.StartsWith("going on after", StringComparison.Ordinal));
    }

    /// <summary>Networks with random weights always lose something: every further try is made, once over a stop between.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    public void FewBitsThatLoseTooMuchBecomeMore(int stop)
    {
        using var folder = new TemporaryFolder();
        var settings = new CompressionSettings { Sparsity = 0.6, MaximumDrop = 0, Epochs = 20, BatchSize = 32 };
        List<string> notes = [];
        CompressionResult more = Compress("lenet", settings, progress: state => notes.Add(state.Note ?? ""));
        Assert.Equal(["6", "8"], notes.Where(note => note.StartsWith("a mean of", StringComparison.Ordinal)).Select(note => note[^1..]));

        // Of those that were trained to the end the best is taken.
        CurvePoint[] tried = more.Curve.Where(point => point.IsFinal).ToArray();
        Assert.Equal(tried.Max(point => point.Quality), more.Curve[^1].Quality);
        Assert.InRange(tried[0].Bits, 3, 4.5);
        Assert.InRange(tried[1].Bits, 5, 6.5);

        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Compress("lenet", settings, folder: folder.Path, cancellation: source.Token,
            progress: state => { if (state.Note?.EndsWith($"going on with {stop}", StringComparison.Ordinal) == true) source.Cancel(); }));
        CompressionResult rest = Compress("lenet", settings, folder: folder.Path);
        Assert.Equal(more.File, rest.File);
        Assert.Equal(more.Curve, rest.Curve);
    }

    [Theory]
    [InlineData(100, null, null)]
    [InlineData(0, 4, null)]
    [InlineData(0, null, 4.0)]
    public void BitsThatAreGivenOrLoseLittleStay(double drop, int? bits, double? mean)
    {
        List<string> notes = [];
        Compress("lenet", new CompressionSettings { Sparsity = 0.6, MaximumDrop = drop, Bits = bits, MeanBits = mean, Epochs = 1, BatchSize = 32 },
            progress: state => notes.Add(state.Note ?? ""));
        Assert.DoesNotContain(notes, note => note.StartsWith("a mean of", StringComparison.Ordinal));
    }

    [Fact]
    public void AStateOfOtherSettingsOrADamagedOneIsRefused()
    {
        using var folder = new TemporaryFolder();
        var settings = new CompressionSettings { Sparsity = 0.8, Epochs = 2, BatchSize = 32 };
        Compress("lenet", settings, folder: folder.Path);
        string state = Directory.GetFiles(folder.Path).Single();
        CompressionException other = Assert.Throws<CompressionException>(() =>
            Compress("lenet", settings with { Seed = 2 }, folder: folder.Path));
        Assert.Contains("other options", other.Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(state);
        foreach (int length in (int[])[0, 5, 40, 60, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(state, bytes[..length]);
            CompressionException damaged = Assert.Throws<CompressionException>(() => Compress("lenet", settings, folder: folder.Path));
            Assert.Contains(state, damaged.Message, StringComparison.Ordinal);
        }

        bytes[bytes.Length / 3] ^= 4;
        File.WriteAllBytes(state, bytes);
        CompressionException changed = Assert.Throws<CompressionException>(() => Compress("lenet", settings, folder: folder.Path));
        Assert.Contains("cannot be read", changed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyImagesAreMirrored()
    {
        var settings = new CompressionSettings { Sparsity = 0.5, Epochs = 1, Augmentation = new Augmentation(Mirrors: true) };
        CompressionException refused = Assert.Throws<CompressionException>(() => Compress("lstm", settings));
        Assert.Contains("no images", refused.Message, StringComparison.Ordinal);
    }

    internal static CompressionResult Compress(
        string network, CompressionSettings settings, bool labels = true, bool labelsOfTest = true,
        Action<CompressionProgress>? progress = null, string? folder = null,
        CancellationToken cancellation = default)
    {
        byte[] file = OnnxExporter.Export(Networks.All[network](0), new ExportOptions());
        SampleSet training = Samples(FloatNetwork.Load(file, network), 192, labels),
            test = Samples(FloatNetwork.Load(file, network), 96, labelsOfTest, seed: 9);
        var data = new CompressionData(training, test, test);
        Checkpoint? checkpoint = folder is null ? null : new Checkpoint(folder, file, settings, data);
        return Compressor.Run(file, network + ".onnx", settings, data, progress ?? (_ => { }), checkpoint, cancellation);
    }

    internal static SampleSet Samples(ModelGraph network, int count, bool labelled, int seed = 1)
    {
        var random = new Random(seed);
        int size = network.Inputs[0].Shape.Count;
        var samples = new SampleSet(Enumerable.Range(0, count * size).Select(_ => (float)(random.NextDouble() * 2 - 1)).ToArray(), size,
            null);
        if (!labelled) return samples;
        using var bench = new Workbench(network, new CompressionData(samples, samples, null), new CompressionSettings(), []);
        int outputs = bench.OriginalTraining.Length / count;
        int[] labels = Enumerable.Range(0, count).Select(i => Quality.Largest(bench.OriginalTraining, i, outputs)).ToArray();
        return samples with { Labels = labels };
    }
}
