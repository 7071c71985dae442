using System;
using System.Linq;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Calibration;

/// <summary>Scales and zero points against errors measured on the values themselves.</summary>
public class RangeSelectorTests
{
    [Theory]
    [InlineData(8, false)]
    [InlineData(8, true)]
    [InlineData(4, false)]
    [InlineData(3, true)]
    public void MinMaxCoversAllValues(int bits, bool isSigned)
    {
        float[] values = Tailed(5_000);
        ActivationFormat format = new(bits, isSigned);
        ActivationRange range = RangeSelector.Select(Observe(values), RangeSelection.MinMax, format);
        double expected = ((double)values.Max() - values.Min()) / ((1 << bits) - 1);
        Assert.Equal(expected, range.Scale, 1e-6 * expected);
        Assert.All(values, v => Assert.True(Math.Abs(v - Quantized(v, range, format)) <= range.Scale * 1.01));
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(2, true)]
    public void TheSearchIsNotWorseThanAGridOfRangesByMoreThanAHundredth(int bits, bool isSymmetric)
    {
        float[] values = Tailed(5_000);
        RangeObserver observed = Observe(values);
        ActivationFormat format = new(bits, true, isSymmetric);
        ActivationRange range = RangeSelector.Select(observed, RangeSelection.MeanSquaredError, format);
        double error = Error(values, range, format);
        Assert.Equal(error, range.MeanSquaredError, 0.02 * error);
        RangeError exact = new(observed, format);
        double least = double.PositiveInfinity;
        for (int low = 1; low <= 40; low++)
        {
            for (int high = 1; high <= 40; high++)
            {
                double l = observed.Minimum * low / 40.0, h = observed.Maximum * high / 40.0;
                float scale = (float)(isSymmetric ? Math.Max(h, -l) / ((1 << (bits - 1)) - 1) : (h - l) / ((1 << bits) - 1));
                int zero = isSymmetric ? 0 : (int)Math.Clamp(Math.Round(format.Lowest - l / scale), format.Lowest, format.Highest);
                least = Math.Min(least, exact.At(scale, zero).MeanSquaredError);
            }
        }
        Assert.True(range.MeanSquaredError <= 1.01 * least, $"{range.MeanSquaredError} against {least}");
        Assert.True(range.MeanSquaredError <= RangeSelector.Select(observed, RangeSelection.MinMax, format).MeanSquaredError);
    }

    [Fact]
    public void PercentilesCutBothEnds()
    {
        float[] values = [.. Enumerable.Range(-1000, 3001).Select(i => i / 100f)];
        ActivationFormat format = new(8);
        ActivationRange range = RangeSelector.Select(Observe(values), RangeSelection.Percentile(0.9), format);
        Assert.Equal((17 + 7) / 255.0, range.Scale, 0.001);
        Assert.Equal(Math.Round(7 / range.Scale), range.ZeroPoint, 1.0);
    }

    [Fact]
    public void MinMaxCoversAllValuesWithPowersOfTwoToo()
    {
        float[] values = Tailed(5_000);
        ActivationFormat format = new(PowerOfTwo: true);
        ActivationRange range = RangeSelector.Select(Observe(values), RangeSelection.MinMax, format);
        Assert.All(values, v => Assert.True(Math.Abs(v - Quantized(v, range, format)) <= range.Scale * 1.01));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PowersOfTwoAreTheBetterNeighbour(bool isSymmetric)
    {
        float[] values = Tailed(5_000);
        ActivationFormat format = new(4, true, isSymmetric, PowerOfTwo: true);
        ActivationRange range = RangeSelector.Select(Observe(values), RangeSelection.MeanSquaredError, format);
        Assert.Equal(range.Scale, MathF.ScaleB(1, (int)MathF.Log2(range.Scale)));
        RangeError error = new(Observe(values), format);
        foreach (float scale in (float[])[range.Scale / 2, range.Scale * 2])
            for (int zero = format.Lowest; zero <= format.Highest; zero++)
                if (!isSymmetric || zero == 0) Assert.True(range.MeanSquaredError <= error.At(scale, zero).MeanSquaredError);
    }

    [Theory]
    [InlineData(3f, 9f)]
    [InlineData(-9f, -3f)]
    [InlineData(0f, 0f)]
    [InlineData(-1e-30f, 1e-30f)]
    [InlineData(-3e38f, 3e38f)]
    [InlineData(1e-45f, 1e-45f)]
    public void ZeroIsAlwaysOnTheGrid(float low, float high)
    {
        RangeObserver observed = Observe([low, high]);
        foreach (RangeSelection selection in (RangeSelection[])
            [RangeSelection.MinMax, RangeSelection.MeanSquaredError, RangeSelection.Percentile(0.99)])
        {
            for (int variant = 0; variant < 8; variant++)
            {
                ActivationFormat format = new(8, (variant & 1) != 0, (variant & 2) != 0, (variant & 4) != 0);
                ActivationRange range = RangeSelector.Select(observed, selection, format);
                Assert.InRange(range.ZeroPoint, format.Lowest, format.Highest);
                Assert.True(range.Scale > 0 && float.IsFinite(range.Scale));
                Assert.Equal(0, Quantized(0, range, format));
                if (format.IsSymmetric) Assert.Equal(format.IsSigned ? 0 : 128, range.ZeroPoint);
            }
        }
    }

    [Fact]
    public void NothingObservedOrOddBitsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => RangeSelector.Select(new RangeObserver(), RangeSelection.MinMax, new ActivationFormat()));
        Assert.Throws<ArgumentException>(() => RangeSelector.Select(Observe([1]), RangeSelection.MinMax, new ActivationFormat(9)));
        Assert.Throws<ArgumentException>(() => RangeSelection.Percentile(0.4));
        Assert.Throws<ArgumentException>(() => RangeSelection.Percentile(double.NaN));
    }

    private static float[] Tailed(int count)
    {
        float[] values = RandomLayer.Normal(new Random(8), count);
        for (int i = 0; i < count; i++) values[i] = values[i] < 0 ? values[i] * 0.3f : values[i] * values[i] * values[i];
        return values;
    }

    private static RangeObserver Observe(float[] values)
    {
        RangeObserver observer = new();
        observer.Add(values);
        return observer;
    }

    private static double Quantized(float value, ActivationRange range, ActivationFormat format)
    {
        double code = Math.Clamp(Math.Round((double)value / range.Scale) + range.ZeroPoint, format.Lowest, format.Highest);
        return (code - range.ZeroPoint) * range.Scale;
    }

    private static double Error(float[] values, ActivationRange range, ActivationFormat format) =>
        values.Average(v => Math.Pow(v - Quantized(v, range, format), 2));
}
