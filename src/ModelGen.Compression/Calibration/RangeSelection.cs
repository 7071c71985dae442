using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>A method to choose a range, with its parameter.</summary>
internal sealed record RangeSelection
{
    private RangeSelection(RangeMethod method, double share)
    {
        Method = method;
        Share = share;
    }

    /// <summary>From the smallest to the largest value.</summary>
    public static RangeSelection MinMax { get; } = new(RangeMethod.MinMax, 1);

    /// <summary>The range with the least mean squared error.</summary>
    public static RangeSelection MeanSquaredError { get; } = new(RangeMethod.MeanSquaredError, 1);

    /// <summary>The method.</summary>
    public RangeMethod Method { get; }

    /// <summary>With <see cref="RangeMethod.Percentile"/> the share of values that are not above the upper end, and likewise not below the
    /// lower end.</summary>
    public double Share { get; }

    /// <summary>Cuts a share of the values off at each end.</summary>
    /// <param name="share">Share of values inside each end, from 0.5 to 1; 0.9999 is usual.</param>
    /// <exception cref="System.ArgumentException">The share is out of range.</exception>
    public static RangeSelection Percentile(double share)
    {
        Arguments.CheckRange(share, 0.5, 1, "percentile");
        return new RangeSelection(RangeMethod.Percentile, share);
    }
}
