using System;
using System.Linq;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Rounding;

/// <summary>Equalization leaves the function and makes the ranges equal.</summary>
public class CrossLayerEqualizationTests
{
    [Fact]
    public void RangesBecomeEqualAndTheFunctionStays()
    {
        Random random = new(1);
        float[] first = RandomLayer.Normal(random, 5 * 7), bias = RandomLayer.Normal(random, 5), second = RandomLayer.Normal(random, 3 * 5);
        for (int i = 0; i < first.Length; i++) first[i] *= MathF.Pow(3, i / 7);
        float[] x = RandomLayer.Normal(random, 7);
        float[] before = Run(first, bias, second, x);
        float[] factors = CrossLayerEqualization.Factors(first, 5, second, 3);
        CrossLayerEqualization.DivideRows(first, factors);
        CrossLayerEqualization.DivideRows(bias, factors);
        CrossLayerEqualization.MultiplyColumns(second, 3, factors);
        float[] after = Run(first, bias, second, x);
        for (int i = 0; i < 3; i++) Assert.Equal(before[i], after[i], 1e-3f * Math.Abs(before[i]) + 1e-4f);
        for (int c = 0; c < 5; c++)
        {
            float row = first.Skip(c * 7).Take(7).Max(Math.Abs);
            float column = Enumerable.Range(0, 3).Max(r => Math.Abs(second[r * 5 + c]));
            Assert.Equal(row, column, 1e-5f * row);
        }
    }

    [Fact]
    public void DepthwiseAndGroupedLayersHaveTheirOwnChannels()
    {
        Assert.Equal([2f, 0.5f], CrossLayerEqualization.Factors([4, 1], 2, [1, 0.5f, -4, 1], 2, taps: 2, groups: 2));
        float[] second = [1, 1, 1, 1, 1, 1, 1, 1];
        CrossLayerEqualization.MultiplyColumns(second, 4, [2, 3, 4, 5], groups: 2);
        Assert.Equal([2, 3, 2, 3, 4, 5, 4, 5], second);
        float[] taps = [1, 1, 1, 1];
        CrossLayerEqualization.MultiplyColumns(taps, 1, [2, 3], taps: 2);
        Assert.Equal([2, 2, 3, 3], taps);
    }

    [Fact]
    public void FactorsAreBoundedAndDeadChannelsKeepTheirs()
    {
        Assert.Equal([1f, 1f, 10f, 0.1f], CrossLayerEqualization.Factors([0, 1, 1e9f, 1e-9f], 4, [1, 0, 1, 1], 1, bound: 10));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.Factors([1, 2], 2, [1, 2, 3], 1));
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.Factors([1, 2, 3], 2, [1, 2], 1));
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.Factors([], 0, [], 0));
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.Factors([], 2, [1, 2], 1));
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.Factors([1, float.NaN], 2, [1, 2], 1));
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.Factors([1, 2], 2, [1, 2], 1, bound: 0.5f));
        Assert.Throws<ArgumentException>(() => CrossLayerEqualization.DivideRows([1, 2, 3], [1, 2]));
    }

    private static float[] Run(float[] first, float[] bias, float[] second, float[] x)
    {
        float[] hidden = [.. bias.Select((b, c) => Math.Max(0, b + x.Select((v, i) => v * first[c * x.Length + i]).Sum()))];
        int rows = second.Length / bias.Length;
        return [.. Enumerable.Range(0, rows).Select(r => hidden.Select((h, c) => h * second[r * bias.Length + c]).Sum())];
    }
}
