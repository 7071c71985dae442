using ModelGen.Compression.Calibration;

namespace ModelGen.Compression.Quantize;

/// <summary>Scale and zero point of an activation in unsigned bytes.</summary>
/// <param name="Scale">Step; a power of two, so that multipliers of sums are as short as the weights' scales.</param>
/// <param name="ZeroPoint">Integer that stands for 0.</param>
internal sealed record ActivationGrid(float Scale, int ZeroPoint)
{
    private static readonly ActivationFormat Format = new(PowerOfTwo: true);

    /// <summary>The grid of a Softmax (<see cref="TensorQuantization.Probability"/>).</summary>
    public static ActivationGrid Probability { get; } = new(1f / 256, 0);

    /// <summary>1 / scale, scale, low, high, as fake quantization takes them.</summary>
    public float[] Parameters => [1 / Scale, Scale, Format.Lowest - ZeroPoint, Format.Highest - ZeroPoint];

    /// <summary>Chooses the grid of what was seen.</summary>
    public static ActivationGrid Choose(RangeObserver observed, RangeSelection selection)
    {
        ActivationRange range = RangeSelector.Select(observed, selection, Format);
        return new ActivationGrid(range.Scale, range.ZeroPoint);
    }
}
