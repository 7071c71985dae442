using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Tests.Support;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>What compression writes, as others read it.</summary>
public class CompressedFileTests
{
    private const int SampleCount = 60;

    public static TheoryData<string, bool, bool> Forms()
    {
        TheoryData<string, bool, bool> data = [];
        foreach (string name in Networks.All.Keys)
            foreach ((bool lowBits, bool sparse) in new[] { (false, false), (true, false) }) data.Add(name, lowBits, sparse);
        data.Add("lenet", false, true);
        return data;
    }

    /// <summary>ONNX Runtime gives the same first answers as the code that we emit.</summary>
    [OnnxRuntimeTheory]
    [MemberData(nameof(Forms))]
    public void OnnxRuntimeGivesTheSameAnswers(string network, bool lowBits, bool sparse)
    {
        CompressionResult result = CompressorTests.Compress(network, new CompressionSettings
        {
            Sparsity = 0.7,
            Pattern = PrunePattern.Pairs,
            Epochs = 4,
            LowBitTypes = lowBits,
            SparseInitializers = sparse,
        });
        ReferenceTensor[] samples = Samples.Of(Networks.All[network](0).Inputs[0].Shape, SampleCount);
        double[][] expected = OnnxRuntime.Run(result.File, samples);
        using CompiledTestModel model = CompiledTestModel.Compile(result.File, "model.onnx", Profile.Modern);
        double[][] actual = samples.Select(sample => model.Run(sample).Values.Single().Floats).ToArray();

        // Where two answers lie as close as a sum may round differently (docs/numerics.md), either may be first.
        double range = expected.Max(y => y.Max()) - expected.Min(y => y.Min());
        Assert.True(range > 0);
        for (int n = 0; n < samples.Length; n++)
            Assert.True(expected[n][Array.IndexOf(actual[n], actual[n].Max())] >= expected[n].Max() - 0.02 * range,
                $"sample {n}: {string.Join(' ', expected[n])} and {string.Join(' ', actual[n])}");
    }

    /// <summary>A trained and compressed network answers every digit as our code does: its sample's test digits.</summary>
    [OnnxRuntimeTheory]
    [InlineData("DigitsSmall.onnx")]
    public void OnnxRuntimeGivesTheSameFirstAnswersOfATrainedNetwork(string name)
    {
        string sample = Path.Combine(Repository.Root, "samples", "QuickStart");
        byte[] file = File.ReadAllBytes(Path.Combine(sample, "Models", name));
        ReferenceTensor[] digits = File.ReadLines(Path.Combine(sample, "Data", "digits-test.csv"))
            .Select(line => line.Split(',').Skip(1).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture) / 16).ToArray())
            .Select(pixels => ReferenceTensor.Float([1, 1, 8, 8], pixels)).ToArray();
        double[][] theirs = OnnxRuntime.Run(file, digits);
        using CompiledTestModel model = CompiledTestModel.Compile(file, name, Profile.Modern);
        int[] ours = digits.Select(digit => First(model.Run(digit).Values.Single().Floats)).ToArray();
        Assert.True(digits.Length > 300);
        Assert.Equal(theirs.Select(First), ours);

        static int First(double[] answers) => Array.IndexOf(answers, answers.Max());
    }

    [Fact]
    public void TheFileSaysTheBitsOfEachNeuron()
    {
        CompressionResult result = CompressorTests.Compress("lenet", new CompressionSettings { Sparsity = 0.5, Epochs = 4 });
        Dictionary<string, string> entries = ModelProto.Parser.ParseFrom(result.File).MetadataProps
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        string prefix = CompressionMetadata.Prefix + CompressionMetadata.NeuronBits;
        string[] bits = entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Value).ToArray();
        Assert.Equal([6, 10, 12, 40], bits.Select(digits => digits.Length).Order());
        Assert.All(bits, digits => Assert.All(digits, digit => Assert.InRange(digit, '2', '8')));
        Assert.True(bits.SelectMany(digits => digits).Distinct().Count() > 1, "all neurons have the same bits");
        Assert.Equal("0.5", entries["modelgen.compress.sparsity"]);
        Assert.Equal("4", entries["modelgen.compress.epochs"]);

        // Weights that happen to be small may be stored on fewer bits than they were rounded to, never on more.
        int[] rounded = Counts(bits.SelectMany(digits => digits).Select(digit => digit - '0'));
        int[] stored = Counts(result.After.Layers.SelectMany(layer =>
            layer.NeuronsByBits.Select((count, width) => Enumerable.Repeat(width, count))).SelectMany(widths => widths));
        for (int width = 2; width <= 8; width++)
            Assert.True(stored.Skip(width + 1).Sum() <= rounded.Skip(width + 1).Sum(), $"more than {width} bits");
    }

    [Fact]
    public void FourBitsAreWrittenAsFourBits()
    {
        var settings = new CompressionSettings { Sparsity = 0.3, Bits = 4, Epochs = 0 };
        CompressionResult wide = CompressorTests.Compress("lenet", settings);
        CompressionResult narrow = CompressorTests.Compress("lenet", settings with { LowBitTypes = true });
        Assert.Equal(wide.After.WeightBytes, narrow.After.WeightBytes);
        Assert.True(narrow.File.Length < 0.75 * wide.File.Length, $"{narrow.File.Length} and {wide.File.Length} bytes");
        Assert.Contains(ModelProto.Parser.ParseFrom(narrow.File).Graph.Initializer, tensor =>
            tensor.DataType == (int)OnnxDataType.Int4);
    }

    private static int[] Counts(IEnumerable<int> widths)
    {
        var counts = new int[10];
        foreach (int width in widths) counts[width]++;
        return counts;
    }
}
