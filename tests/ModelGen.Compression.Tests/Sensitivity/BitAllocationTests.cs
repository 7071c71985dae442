using System;
using System.Linq;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Sensitivity;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Sensitivity;

/// <summary>Bits against every allocation of small problems.</summary>
public class BitAllocationTests
{
    [Fact]
    public void ConvexLossesAndEqualRowsGiveTheOptimum()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            RowLosses losses = Convex(4, seed, [3, 3, 3, 3]);
            for (int total = 24; total <= 96; total += 4)
            {
                BitAllocationResult result = BitAllocation.ForTotalBits(losses, total);
                Assert.Equal(Least(losses, total), result.Loss, 1e-12);
                Assert.True(result.TotalBits <= total);
                Assert.True(total - result.TotalBits < 3);
            }
        }
    }

    [Fact]
    public void UnequalRowsComeCloseToTheOptimum()
    {
        double sum = 0, best = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            RowLosses losses = Convex(5, seed, [7, 3, 5, 2, 4]);
            BitAllocationResult result = BitAllocation.ForMeanBits(losses, 4.3);
            double least = Least(losses, (long)(4.3 * 21));
            Assert.True(result.TotalBits <= 4.3 * 21);
            Assert.True(result.Loss >= least - 1e-12);
            sum += result.Loss;
            best += least;
        }
        Assert.True(sum < 1.1 * best, $"{sum} against {best}");
    }

    [Fact]
    public void LossesThatAreNotConvexAreStillFilled()
    {
        // Three bits are no better than two, but four are: the hull steps over three.
        RowLosses losses = new([10, 10, 2, 1.9, 1.8, 1.7, 1.6, 5, 4, 3.5, 3.2, 3, 2.9, 2.85], [1, 1]);
        Assert.Equal([4, 2], BitAllocation.ForTotalBits(losses, 6).Bits);
        Assert.Equal([2, 3], BitAllocation.ForTotalBits(losses, 5).Bits);
    }

    [Fact]
    public void TheLowImpactHalfIsLimited()
    {
        RowLosses losses = Convex(10, 1, [.. Enumerable.Repeat(5, 10)]);
        BitAllocationOptions options = new(LowImpactShare: 0.5);
        float[] impact = [9, 1, 8, 2, 7, 3, 6, 4, 5, 5];
        int[] bits = BitAllocation.ForMeanBits(losses, 8, options, impact).Bits;
        Assert.Equal([8, 5, 8, 5, 8, 5, 8, 5, 5, 8], bits);
        int[] byLoss = BitAllocation.ForMeanBits(losses, 8, options).Bits;
        for (int r = 0; r < 10; r++)
        {
            int smaller = Enumerable.Range(0, 10).Count(o => losses[o, 2] < losses[r, 2]);
            Assert.Equal(smaller < 5 ? 5 : 8, byLoss[r]);
        }
    }

    [Fact]
    public void EveryLargerBudgetLosesLess()
    {
        RowLosses losses = Convex(6, 2, [3, 3, 3, 3, 3, 3]);
        double[] lost = [.. Enumerable.Range(0, 37).Select(i => BitAllocation.ForMeanBits(losses, 2 + i / 6.0).Loss)];
        for (int i = 1; i < lost.Length; i++) Assert.True(lost[i] < lost[i - 1]);
    }

    [Fact]
    public void MeasuredLossesAreThoseOfTheGrids()
    {
        RandomLayer layer = new(5, 24, 3);
        float[] weights = [.. layer.Weights.Select((w, i) => i % 4 == 0 ? 0 : w)];
        float[] sensitivity = [1, 2, 3, 4, 0.5f];
        RowLosses losses = RowLosses.Measure(weights, 5, 24, WeightImportance.FromInputs(layer.Hessian, sensitivity));
        Assert.Equal([18, 18, 18, 18, 18], losses.Weights.ToArray());
        for (int bits = 2; bits <= 8; bits++)
        {
            WeightGrid grid = WeightGrid.Fit(weights, 5, 24, [bits], WeightImportance.FromInputs(layer.Hessian));
            float[] rounded = grid.Dequantize(grid.Quantize(weights));
            for (int r = 0; r < 5; r++)
            {
                double sum = 0;
                for (int c = 0; c < 24; c++)
                    sum += 0.5 * sensitivity[r] * layer.Hessian[0][c, c] * Math.Pow((double)rounded[r * 24 + c] - weights[r * 24 + c], 2);
                Assert.Equal(sum, losses[r, bits], 2e-3 * sum);
                Assert.True(bits == 2 || losses[r, bits] < losses[r, bits - 1]);
            }
        }
        float[] fisher = [.. Enumerable.Repeat(1f, 120)];
        RowLosses plain = RowLosses.Measure(weights, 5, 24, WeightImportance.FromFisher(fisher));
        Assert.Equal(RowLosses.Measure(weights, 5, 24, WeightImportance.Uniform)[3, 4], plain[3, 4]);
    }

    [Fact]
    public void LayersAreJoined()
    {
        RowLosses a = Convex(2, 1, [3, 4]), b = Convex(3, 2, [5, 6, 7]);
        RowLosses joined = RowLosses.Join(a, b);
        Assert.Equal(5, joined.Rows);
        Assert.Equal(b[1, 6], joined[3, 6]);
        Assert.Equal([3, 4, 5, 6, 7], joined.Weights.ToArray());
    }

    [Fact]
    public void EmptyRowsCostNothing()
    {
        RowLosses losses = new([.. new double[7], 6, 5, 4, 3, 2, 1, 0.5], [0, 2]);
        Assert.Equal([2, 8], BitAllocation.ForTotalBits(losses, 16).Bits);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        RowLosses losses = Convex(2, 1, [3, 4]);
        string message = Assert.Throws<ArgumentException>(() => BitAllocation.ForTotalBits(losses, 13)).Message;
        Assert.Equal("The budget of 13 bits is too small: 2 bits everywhere are 14.", message);
        Assert.Throws<ArgumentException>(() => BitAllocation.ForMeanBits(losses, 1.9));
        Assert.Throws<ArgumentException>(() => BitAllocation.ForMeanBits(losses, double.NaN));
        Assert.Throws<ArgumentException>(() => BitAllocation.ForMeanBits(losses, 4, new BitAllocationOptions(FewestBits: 1)));
        Assert.Throws<ArgumentException>(() => BitAllocation.ForMeanBits(losses, 4, new BitAllocationOptions(LowImpactShare: 1.1)));
        Assert.Throws<ArgumentException>(() => BitAllocation.ForMeanBits(losses, 4, null, [1]));
        Assert.Throws<ArgumentException>(() => new RowLosses([], []));
        Assert.Throws<ArgumentException>(() => new RowLosses([1, 2, 3], [1]));
        Assert.Throws<ArgumentException>(() => new RowLosses([1, 1, 1, 1, 1, 1, double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => RowLosses.Measure([1, float.NaN], 1, 2, WeightImportance.Uniform));
    }

    private static RowLosses Convex(int rows, int seed, int[] weights)
    {
        Random random = new(seed);
        double[] losses = new double[rows * 7];
        for (int r = 0; r < rows; r++)
        {
            double loss = 1 + 20 * random.NextDouble();
            double shrink = 0.2 + 0.2 * random.NextDouble();
            for (int b = 0; b < 7; b++, loss *= shrink) losses[r * 7 + b] = loss;
        }
        return new RowLosses(losses, weights);
    }

    private static double Least(RowLosses losses, long total)
    {
        double least = double.PositiveInfinity;
        int count = (int)Math.Pow(7, losses.Rows);
        for (int choice = 0; choice < count; choice++)
        {
            long bits = 0;
            double loss = 0;
            for (int r = 0, rest = choice; r < losses.Rows; r++, rest /= 7)
            {
                bits += (2 + rest % 7) * losses.Weights[r];
                loss += losses[r, 2 + rest % 7];
            }
            if (bits <= total) least = Math.Min(least, loss);
        }
        return least;
    }
}
