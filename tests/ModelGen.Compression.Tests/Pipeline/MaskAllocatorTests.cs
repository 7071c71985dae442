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

    /// <summary>Weights for a channel that goes go with it, in the layers that read it too, and count: what is asked for is what comes.</summary>
    [Theory]
    [InlineData("lstm", 0.3)]
    [InlineData("gru", 0.15)]
    [InlineData("resnet", 0.3)]
    [InlineData("mobilenet", 0.4)]
    [InlineData("tcn", 0.25)]
    public void WhatReadsAChannelGoesWithIt(string name, double share)
    {
        ModelGraph network = Networks.All[name](0);
        WeightLayer[] layers = WeightLayer.Of(network).ToArray();
        PruneUnits units = PruneUnits.Create(network, layers, _ => PrunePattern.Channels);
        Assert.True(units.HasReaders);
        bool[] stays = new MaskAllocator(units).Choose([.. units.Weights.Select((_, i) => 1.0 + i * 7 % 11)], share, 1);
        (double kept, _) = units.Kept(stays);
        double counted = 0;
        foreach (Value weights in layers.SelectMany(layer => layer.Weights))
        {
            bool[] mask = units.Mask(weights.Name, stays);
            int[] unitOf = units.UnitOf[weights.Name];
            Assert.DoesNotContain(true, mask.Where((isKept, e) => isKept && !stays[unitOf[e]]));
            counted += mask.Count(isKept => isKept);
        }

        // One unit more would be too much: the largest has a few percent of these small networks.
        Assert.Equal(counted / units.TotalWeights, kept, 9);
        Assert.InRange(kept, share - 0.12, share + 1e-9);
        double rowsAlone = Enumerable.Range(0, stays.Length).Where(unit => stays[unit]).Sum(unit => units.Weights[unit]) / units.TotalWeights;
        Assert.True(kept < 0.9 * rowsAlone, $"{kept} of {rowsAlone}");
    }

    /// <summary>Weights of a channel that goes are those of its taps, behind a flattening those of all its places.</summary>
    [Theory]
    [InlineData("resnet", 0, 1)]
    [InlineData("lenet", 0, 1)]
    [InlineData("lenet", 1, 2)]
    public void WeightsForAChannelGoWithIt(string name, int layer, int reader)
    {
        ModelGraph network = Networks.All[name](0);
        WeightLayer[] layers = WeightLayer.Of(network).ToArray();
        PruneUnits units = PruneUnits.Create(network, layers, _ => PrunePattern.Channels);
        Value weights = layers[layer].Weights[0], read = layers[reader].Weights[0];
        const int Channel = 3;
        int gone = units.UnitOf[weights.Name][Channel * (weights.Shape.Count / weights.Shape[0])];
        bool[] mask = units.Mask(read.Name, [.. units.Weights.Select((_, unit) => unit != gone)]);
        int[] own = units.UnitOf[read.Name];
        int inputs = read.Shape.Count / read.Shape[0], each = inputs / weights.Shape[0];
        for (int e = 0; e < mask.Length; e++) Assert.Equal(own[e] != gone && e % inputs / each != Channel, mask[e]);
    }

    [Fact]
    public void WeightsForAHiddenUnitGoWithIt()
    {
        ModelGraph network = Networks.All["lstm"](0);
        WeightLayer[] layers = WeightLayer.Of(network).ToArray();
        WeightLayer lstm = layers.First(layer => layer.Weights.Count == 2);
        PruneUnits units = PruneUnits.Create(network, layers, _ => PrunePattern.Channels);
        int hidden = lstm.Weights[1].Shape[1], gone = units.UnitOf[lstm.Weights[1].Name][3 * hidden];
        bool[] stays = [.. units.Weights.Select((_, unit) => unit != gone)];
        bool[] state = units.Mask(lstm.Weights[1].Name, stays), input = units.Mask(lstm.Weights[0].Name, stays);
        for (int e = 0; e < state.Length; e++) Assert.Equal(e % hidden != 3 && e / hidden % hidden != 3, state[e]);
        for (int e = 0; e < input.Length; e++) Assert.Equal(e / lstm.Weights[0].Shape[1] % hidden != 3, input[e]);
        Value next = layers[Array.IndexOf(layers, lstm) + 1].Weights[0];
        Assert.Equal(next.Shape.Count, units.Mask(next.Name, stays).Select((isKept, e) => isKept == (e % next.Shape[1] != 3) ? 1 : 0).Sum());
    }
}
