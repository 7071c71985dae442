using System;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Tests.Support;
using ModelGen.Graph;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>Units of whole networks and the choice among them.</summary>
public class MaskAllocatorTests
{
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1, 0.5)]
    [InlineData(0.3, 0.2)]
    [InlineData(0.05, 0.3)]
    public void BothBoundsHoldAndOneIsMet(double weights, double work)
    {
        ModelGraph network = Networks.All["resnet"](0);
        PruneUnits units = PruneUnits.Create(network, WeightLayer.Of(network), _ => PrunePattern.Unstructured);
        var random = new Random(1);
        double[] scores = units.Weights.Select(_ => random.NextDouble()).ToArray();
        bool[] stays = new MaskAllocator(units).Choose(scores, weights, work);
        double keptWeights = units.Weights.Where((_, i) => stays[i]).Sum() / units.Weights.Sum(),
            keptWork = units.Work.Where((_, i) => stays[i]).Sum() / units.Work.Sum();
        Assert.True(keptWeights <= weights + 1e-9 && keptWork <= work + 1e-9, $"{keptWeights}, {keptWork}");
        Assert.True(keptWeights > weights - 0.02 || keptWork > work - 0.02, $"{keptWeights}, {keptWork}");
        Assert.Equal(units.Layers.Distinct().Count(), units.Layers.Where((_, i) => stays[i]).Distinct().Count());
    }

    [Theory]
    [InlineData(nameof(PrunePattern.Unstructured), 1)]
    [InlineData(nameof(PrunePattern.Pairs), 2)]
    public void UnitsHaveTheSizeOfTheirPattern(string pattern, int size)
    {
        ModelGraph network = Networks.All["lenet"](0);
        PruneUnits units = PruneUnits.Create(network, WeightLayer.Of(network), _ => Enum.Parse<PrunePattern>(pattern));
        Assert.Equal(WeightLayer.Of(network).Sum(layer => layer.WeightCount), units.Weights.Sum());
        Assert.Equal(size, units.Weights.Max());
    }

    [Fact]
    public void AHiddenUnitIsAllItsGatesInBothMatrices()
    {
        ModelGraph network = Networks.All["lstm"](0);
        WeightLayer[] layers = WeightLayer.Of(network).ToArray();
        WeightLayer lstm = layers.First(layer => layer.Weights.Count == 2);
        PruneUnits units = PruneUnits.Create(network, layers, _ => PrunePattern.Channels);
        int hidden = lstm.Weights[1].Shape[1], number = Array.IndexOf(layers, lstm);
        Assert.Equal(hidden, units.Layers.Count(layer => layer == number));
        int[] input = units.UnitOf[lstm.Weights[0].Name], state = units.UnitOf[lstm.Weights[1].Name];
        Assert.Equal(input[0], state[0]);
        Assert.Equal(input[0], state[hidden * hidden]);
        Assert.NotEqual(input[0], state[hidden]);
    }

    /// <summary>What an addition or a depthwise convolution brings together goes together; classes stay.</summary>
    [Theory]
    [InlineData("resnet")]
    [InlineData("mobilenet")]
    public void ChannelsGoInGroups(string name)
    {
        ModelGraph network = Networks.All[name](0);
        WeightLayer[] layers = WeightLayer.Of(network).ToArray();
        PruneUnits units = PruneUnits.Create(network, layers, _ => PrunePattern.Channels);
        int[] First(int layer) => units.UnitOf[layers[layer].Weights[0].Name];
        if (name == "resnet") Assert.Equal(First(0)[0], First(2)[0]);
        else Assert.Equal(First(0)[0], First(1)[0]);
        int[] classes = First(layers.Length - 1);
        Assert.Equal(classes.Length, classes.Distinct().Count());
        Assert.All(units.UnitOfBias[layers[^1].Node.Input(2).Name], unit => Assert.Equal(-1, unit));
        Assert.Equal(units.TotalWeights, units.Weights.Sum());
    }
}
