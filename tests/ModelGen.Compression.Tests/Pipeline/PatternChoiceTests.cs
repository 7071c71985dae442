using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Data;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Tests.Support;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>Patterns by what kernels do with them.</summary>
public class PatternChoiceTests
{
    [Fact]
    public void ConvolutionsOverPairsOfChannelsGetPairs()
    {
        IReadOnlyList<PrunePattern> patterns = Choose("resnet", 0.1, out Workbench bench);
        for (int i = 0; i < patterns.Count; i++)
        {
            // Matrices are multiplied weight by weight; nothing is to be gained there.
            if (bench.Layers[i].Node.Operator is FullyConnected) Assert.Equal(PrunePattern.Unstructured, patterns[i]);
        }

        // An integer kernel multiplies two channels at once, whether one of the weights is zero or not.
        Assert.True(patterns.Count(pattern => pattern == PrunePattern.Pairs) > patterns.Count / 2, string.Join(' ', patterns));
        Assert.All(bench.Trainer.Parameters, parameter => Assert.Null(parameter.Mask));
    }

    [Fact]
    public void RecurrentLayersGetBlocks()
    {
        IReadOnlyList<PrunePattern> patterns = Choose("lstm", 0.1, out Workbench bench);
        Assert.Contains(bench.Layers, layer => layer.Node.Operator is Recurrent);
        Assert.All(bench.Layers.Zip(patterns), pair => Assert.Equal(
            pair.First.Node.Operator is Recurrent ? PrunePattern.Blocks : PrunePattern.Unstructured, pair.Second));
    }

    [Fact]
    public void WhereNothingIsRemovedNothingIsChosen() =>
        Assert.All(Choose("resnet", 1, out _), pattern => Assert.Equal(PrunePattern.Unstructured, pattern));

    private static IReadOnlyList<PrunePattern> Choose(string name, double density, out Workbench bench)
    {
        ModelGraph network = Networks.All[name](0);
        int size = network.Inputs[0].Shape.Count;
        var samples = new SampleSet([.. Enumerable.Range(0, 64 * size).Select(i => i * 37 % 101 / 50f - 1)], size, null);
        bench = new Workbench(network, new CompressionData(samples, samples, null), new CompressionSettings(),
            [.. QuantizationPoints.Of(network).Select(point => point.Value.Name)]);
        var output = new QuantizedOutput(network, bench);
        return PatternChoice.Choose(bench, () => output.Compile(Optimization.Balanced, keepsChannels: true), density);
    }
}
