using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Chooses scale and zero point of a tensor from its histogram. Zero is always on the grid.</summary>
internal static class RangeSelector
{
    // Ratios tried for the ends of the range: each 5 % smaller than the one before, down to about 1/13 of the observed range; with scales
    // that are powers of two each half of the one before.
    private const int Ratios = 50, Halvings = 4;
    private const double RatioStep = 0.95;
    private const int Rounds = 3;

    /// <summary>Chooses the quantization of a tensor.</summary>
    /// <param name="observed">What was seen of it.</param>
    /// <param name="selection">The method.</param>
    /// <param name="format">The integers.</param>
    /// <exception cref="ArgumentException">Nothing was observed, or the bits are not 2 to 8.</exception>
    public static ActivationRange Select(RangeObserver observed, RangeSelection selection, ActivationFormat format)
    {
        if (observed.Count == 0) throw new ArgumentException("No value was observed, so no range can be chosen.");
        Arguments.CheckRange(format.Bits, 2, 8, "number of bits of an activation");
        bool percentile = selection.Method == RangeMethod.Percentile;
        double low = Math.Min(0, percentile ? observed.Quantile(1 - selection.Share) : observed.Minimum);
        double high = Math.Max(0, percentile ? observed.Quantile(selection.Share) : observed.Maximum);

        // Percentiles of a tensor that is nearly always zero; clipping all the rest would silence it.
        if (low == 0 && high == 0) (low, high) = (Math.Min(0, observed.Minimum), Math.Max(0, observed.Maximum));
        if (low == 0 && high == 0) return new ActivationRange(1, format.IsSymmetric ? format.Middle : format.Lowest, 0);
        RangeError error = new(observed, format);
        ActivationRange range = Best(error, format, low, high, covers: selection.Method == RangeMethod.MinMax);
        return selection.Method == RangeMethod.MeanSquaredError ? Search(error, format, low, high, range) : range;
    }

    /// <summary>Descends along the two ends in turn, after a search that moves both together.</summary>
    private static ActivationRange Search(RangeError error, ActivationFormat format, double low, double high, ActivationRange best)
    {
        (int Low, int High) ends = (0, 0);
        bool joint = true;
        for (int round = 0; round < Rounds; round++)
        {
            (int Low, int High) before = ends;
            if (joint) Scan(r => (r, r));
            (int Low, int High) start = ends;
            if (!format.IsSymmetric && low < 0 && high > 0)
            {
                Scan(r => (r, start.High));
                start = ends;
                Scan(r => (start.Low, r));
            }
            joint = false;
            if (ends == before) break;
        }
        return best;

        void Scan(Func<int, (int Low, int High)> at)
        {
            for (int r = 0; r < (format.PowerOfTwo ? Halvings : Ratios); r++)
            {
                (int l, int h) = at(r);
                double step = format.PowerOfTwo ? 0.5 : RatioStep;
                ActivationRange range = Best(error, format, low * Math.Pow(step, l), high * Math.Pow(step, h));
                if (range.MeanSquaredError >= best.MeanSquaredError) continue;
                best = range;
                ends = (l, h);
            }
        }
    }

    private static ActivationRange Best(RangeError error, ActivationFormat format, double low, double high, bool covers = false)
    {
        double scale = format.IsSymmetric
            ? Math.Max(high / (format.Highest - format.Middle), -low / (format.Highest - format.Middle))
            : (high - low) / (format.Highest - format.Lowest);
        if (!format.PowerOfTwo) return At(scale);

        // The scale between two powers: the smaller clips, the larger rounds coarser; which is better is a question of the values.
        int exponent = (int)Math.Floor(Math.Log2(scale));
        ActivationRange smaller = At(Math.ScaleB(1, Math.Max(exponent, -126)));
        ActivationRange larger = At(Math.ScaleB(1, Math.Max(exponent + 1, -126)));
        return !covers && smaller.MeanSquaredError < larger.MeanSquaredError ? smaller : larger;

        ActivationRange At(double wanted)
        {
            // Never below the normal numbers, whose reciprocals are finite.
            float step = (float)Math.Clamp(wanted, 1.1754944e-38, float.MaxValue);
            if (format.IsSymmetric) return error.At(step, format.Middle);
            ActivationRange fromLow = error.At(step, ZeroPoint(format.Lowest - low / step));
            if (!format.PowerOfTwo) return fromLow;
            ActivationRange fromHigh = error.At(step, ZeroPoint(format.Highest - high / step));
            return fromHigh.MeanSquaredError < fromLow.MeanSquaredError ? fromHigh : fromLow;
        }

        int ZeroPoint(double value) => (int)Math.Clamp(Math.Round(value), format.Lowest, format.Highest);
    }
}
