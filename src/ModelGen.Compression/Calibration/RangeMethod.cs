namespace ModelGen.Compression.Calibration;

/// <summary>How the range of a quantized tensor is chosen from what was observed.</summary>
internal enum RangeMethod
{
    /// <summary>From the smallest to the largest value.</summary>
    MinMax,

    /// <summary>Cuts a share of the values off at each end.</summary>
    Percentile,

    /// <summary>The range with the least mean squared error, rounding and clipping together.</summary>
    MeanSquaredError,
}
