using System;

namespace ModelGen.Compression.Calibration;

/// <summary>Smallest and largest value of a tensor over all samples, and a histogram whose range grows with them. Bins lie on multiples of
/// a power of two, so that growing joins neighbours exactly: what is counted does not depend on the order of the values, on how they are
/// cut into calls, or on the order of merging.</summary>
internal sealed class RangeObserver
{
    /// <summary>Most bins; at least half as many are in use, unless the values lie closer together than 2^-20 of the largest one.</summary>
    public const int Bins = 4096;

    private const int FinestAgainstLargest = 20;
    private const int SmallestExponent = -300;

    private readonly long[] _counts = new long[Bins];
    private long _first;
    private int _exponent = SmallestExponent;

    /// <summary>Numbers seen.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them were exactly zero. They are in no bin, because every quantization holds them exactly.</summary>
    public long Zeros { get; private set; }

    /// <summary>The smallest number, 0 before the first one.</summary>
    public float Minimum { get; private set; }

    /// <summary>The largest number, 0 before the first one.</summary>
    public float Maximum { get; private set; }

    /// <summary>Width of a bin, a power of two.</summary>
    public double BinWidth => Math.ScaleB(1, _exponent);

    /// <summary>Lower end of the first bin.</summary>
    public double Start => Math.ScaleB(_first, _exponent);

    /// <summary>Numbers in each bin; bin i holds those from <see cref="Start"/> + i * <see cref="BinWidth"/> on.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Adds numbers.</summary>
    /// <param name="values">The numbers; none is fine.</param>
    /// <exception cref="ArgumentException">A number is NaN or infinite; nothing is added then.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        float least = values[0];
        float most = values[0];
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            if (!float.IsFinite(value)) throw new ArgumentException($"Element {i} of the observed values is not a finite number: {value}.");
            if (value < least) least = value;
            if (value > most) most = value;
        }
        Grow(least, most);
        double perBin = Math.ScaleB(1, -_exponent);
        foreach (float value in values)
        {
            if (value == 0) Zeros++;
            else _counts[(int)((long)Math.Floor(value * perBin) - _first)]++;
        }
        Count += values.Length;
    }

    /// <summary>Adds what another observer has seen.</summary>
    /// <param name="other">The other one; it stays as it is.</param>
    /// <exception cref="ArgumentException">Both are the same object.</exception>
    public void Merge(RangeObserver other)
    {
        if (ReferenceEquals(other, this)) throw new ArgumentException("A range cannot be merged into itself.");
        if (other.Count == 0) return;
        Grow(other.Minimum, other.Maximum);
        int shift = _exponent - other._exponent;
        for (int i = 0; i < Bins; i++)
            if (other._counts[i] != 0) _counts[(int)(Coarser(other._first + i, shift) - _first)] += other._counts[i];
        Count += other.Count;
        Zeros += other.Zeros;
    }

    /// <summary>Middle of a bin, within the smallest and largest value.</summary>
    /// <param name="bin">The bin.</param>
    public double Middle(int bin) => Math.Clamp(Start + (bin + 0.5) * BinWidth, Minimum, Maximum);

    /// <summary>The value that a share of the numbers does not exceed, by linear interpolation in its bin.</summary>
    /// <param name="share">From 0 to 1.</param>
    /// <exception cref="InvalidOperationException">Nothing was observed.</exception>
    public double Quantile(double share)
    {
        if (Count == 0) throw new InvalidOperationException("No value was observed.");
        double wanted = share * Count;
        double below = 0;
        bool zerosPending = Zeros > 0;
        for (int i = 0; i < Bins; i++)
        {
            double lower = Start + i * BinWidth;
            if (zerosPending && lower >= 0)
            {
                below += Zeros;
                zerosPending = false;
                if (below >= wanted) return 0;
            }
            if (_counts[i] == 0) continue;
            if (below + _counts[i] >= wanted)
                return Math.Clamp(lower + (wanted - below) / _counts[i] * BinWidth, Minimum, Maximum);
            below += _counts[i];
        }
        return Maximum;
    }

    // The exponent is a function of the extremes alone; that is what makes the histogram independent of their order.
    private static int ExponentFor(float least, float most)
    {
        float largest = Math.Max(Math.Abs(least), Math.Abs(most));
        if (largest == 0) return SmallestExponent;
        int exponent = Math.ILogB(largest) - FinestAgainstLargest;
        while (IndexOf(most, exponent) - IndexOf(least, exponent) >= Bins) exponent++;
        return exponent;
    }

    private static long IndexOf(float value, int exponent) => (long)Math.Floor(Math.ScaleB(value, -exponent));

    // Shifts of 64 bits and more would wrap; every index then is 0 or -1.
    private static long Coarser(long index, int shift) => index >> Math.Min(shift, 63);

    private void Grow(float least, float most)
    {
        if (Count > 0)
        {
            least = Math.Min(least, Minimum);
            most = Math.Max(most, Maximum);
        }
        Minimum = least;
        Maximum = most;
        int exponent = ExponentFor(least, most);
        long first = IndexOf(least, exponent);
        if (exponent == _exponent && first == _first) return;
        long[] old = _counts.AsSpan().ToArray();
        _counts.AsSpan().Clear();
        for (int i = 0; i < Bins; i++)
            if (old[i] != 0) _counts[(int)(Coarser(_first + i, exponent - _exponent) - first)] += old[i];
        _exponent = exponent;
        _first = first;
    }
}
