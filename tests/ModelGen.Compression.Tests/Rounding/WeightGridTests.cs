using System;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Rounding;

/// <summary>Scales against a fine scan of all scales.</summary>
public class WeightGridTests
{
    [Theory]
    [InlineData(2, 1.001)]
    [InlineData(3, 1.02)]
    [InlineData(4, 1.05)]
    [InlineData(8, 1.2)]
    public void TheScaleIsNearlyAsGoodAsTheBestOfAFineScan(int bits, double tolerance)
    {
        RandomLayer layer = new(6, 50, bits);
        WeightImportance importance = WeightImportance.FromInputs(layer.Hessian);
        WeightGrid grid = WeightGrid.Fit(layer.Weights, 6, 50, [bits], importance);
        int levels = (1 << (bits - 1)) - 1;
        for (int r = 0; r < 6; r++)
        {
            float largest = layer.Weights.Skip(r * 50).Take(50).Max(Math.Abs);
            double least = Enumerable.Range(1, 4000).Min(i => Error(layer, r, 1.05 * largest / levels * i / 4000, levels));
            double error = Error(layer, r, grid.Scales[r], levels);

            // The error has many shallow minima, the more the bits; the search is not meant to find the deepest of them.
            Assert.True(error <= tolerance * least, $"{error} against {least}");
        }
    }

    [Fact]
    public void ImportanceChangesTheScale()
    {
        RandomLayer layer = new(6, 50, 1);
        WeightGrid plain = WeightGrid.Fit(layer.Weights, 6, 50, [3]);
        WeightGrid weighted = WeightGrid.Fit(layer.Weights, 6, 50, [3], WeightImportance.FromInputs(layer.Hessian));
        double before = 0, after = 0;
        for (int r = 0; r < 6; r++)
        {
            before += Error(layer, r, plain.Scales[r], 3);
            after += Error(layer, r, weighted.Scales[r], 3);
        }
        Assert.True(after < before);
    }

    [Fact]
    public void ZerosStayAndTernaryHasThreeValues()
    {
        RandomLayer layer = new(3, 40, 2);
        float[] weights = [.. layer.Weights.Select((w, i) => i % 3 == 0 ? 0 : w)];
        weights.AsSpan(40, 40).Clear();
        WeightGrid grid = WeightGrid.Fit(weights, 3, 40, [2, 5, 8]);
        sbyte[] codes = grid.Quantize(weights);
        for (int i = 0; i < codes.Length; i++)
            if (weights[i] == 0) Assert.Equal(0, codes[i]);
        Assert.Equal([-1, 0, 1], codes.Take(40).Select(c => (int)c).Distinct().Order());
        Assert.Equal(1, grid.Scales[1]);
        Assert.InRange(codes.Skip(80).Max(c => Math.Abs((int)c)), 100, 127);
        float[] back = grid.Dequantize(codes);
        for (int i = 80; i < 120; i++) Assert.Equal(weights[i], back[i], grid.Scales[2] * 0.51f);
    }

    [Fact]
    public void ShortScalesHaveFiveSignificantBits()
    {
        RandomLayer layer = new(20, 30, 3);
        WeightGrid grid = WeightGrid.Fit(layer.Weights, 20, 30, [4], null, new WeightGridOptions(ShortScales: true));
        foreach (float scale in grid.Scales) Assert.Equal(0u, BitConverter.SingleToUInt32Bits(scale) & 0x7FFFF);
        Assert.Equal(1.0625f, WeightGrid.RoundToShort(1.06f));
        Assert.Equal(1f, WeightGrid.RoundToShort(1 + 1 / 32f));
        Assert.Equal(1 + 2 / 16f, WeightGrid.RoundToShort(1 + 3 / 32f));
        Assert.True(float.IsFinite(WeightGrid.RoundToShort(float.MaxValue)));
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        RandomLayer layer = new(40, 33, 4);
        WeightGrid one = WeightGrid.Fit(layer.Weights, 40, 33, [4], null, new WeightGridOptions(Threads: 1));
        Assert.Equal(one.Scales, WeightGrid.Fit(layer.Weights, 40, 33, [4], null, new WeightGridOptions(Threads: 4)).Scales);
    }

    [Theory]
    [InlineData(1e-44f)]
    [InlineData(1e-30f)]
    [InlineData(3e38f)]
    public void ExtremeWeightsKeepFiniteScales(float weight)
    {
        WeightGrid grid = WeightGrid.Fit([weight, -weight], 1, 2, [8], null, new WeightGridOptions(ShortScales: true));
        Assert.True(float.IsFinite(grid.Scales[0]) && grid.Scales[0] > 0);
        Assert.All(grid.Dequantize(grid.Quantize([weight, -weight])), w => Assert.True(float.IsFinite(w)));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([], 0, 0, [8]));
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([1, float.NaN], 1, 2, [8]));
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([1, 2], 1, 2, [1]));
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([1, 2], 1, 2, [9]));
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([1, 2], 2, 1, [8, 8, 8]));
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([1, 2], 2, 1, [8], WeightImportance.FromFisher([1])));
        Assert.Throws<ArgumentException>(() => WeightGrid.Fit([1, 2], 2, 1, [8], WeightImportance.FromFisher([1, -1])));
        Assert.Throws<ArgumentException>(() => new WeightGrid([0], [8]));
        Assert.Throws<ArgumentException>(() => new WeightGrid([1], [8]).Quantize([]));
    }

    [Fact]
    public void RowsThatFadedAreZero()
    {
        WeightGrid grid = WeightGrid.Fit([0.5f, -1, 1e-19f, 2e-19f, 0, 0], 3, 2, [4]);
        Assert.Equal(grid.Scales[0], grid.Scales[1]);
        Assert.Equal(new sbyte[] { 0, 0 }, grid.Quantize([0.5f, -1, 1e-19f, 2e-19f, 0, 0])[2..4]);
    }

    private static double Error(RandomLayer layer, int row, double scale, int levels)
    {
        SymmetricMatrix moments = layer.Hessian[0];
        double sum = 0;
        for (int c = 0; c < layer.Columns; c++)
        {
            double weight = layer.Weights[row * layer.Columns + c];
            double difference = weight - scale * Math.Clamp(Math.Round(weight / scale), -levels, levels);
            sum += moments[c, c] * difference * difference;
        }
        return sum;
    }

    [Fact]
    public void ASharedScaleIsTheBestForTheWholeMatrix()
    {
        RandomLayer layer = new(6, 40, 8);
        WeightGrid shared = WeightGrid.Fit(layer.Weights, 6, 40, [4], null, new WeightGridOptions(SharesScale: true));
        WeightGrid whole = WeightGrid.Fit(layer.Weights, 1, 240, [4]);
        Assert.All(shared.Scales.ToArray(), scale => Assert.Equal(whole.Scales[0], scale));
        Assert.Equal(whole.Quantize(layer.Weights), shared.Quantize(layer.Weights));
    }
}
