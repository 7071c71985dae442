using System;

namespace ModelGen.Compression.Quantize;

/// <summary>Scale and zero point of an activation in unsigned bytes.</summary>
/// <param name="Scale">Step; a power of two, so that multipliers of sums are as short as the weights' scales.</param>
/// <param name="ZeroPoint">Integer that stands for 0.</param>
internal sealed record ActivationGrid(float Scale, int ZeroPoint)
{
    private const int Largest = 255;

    /// <summary>1 / scale, scale, low, high, as fake quantization takes them.</summary>
    public float[] Parameters => [1 / Scale, Scale, -ZeroPoint, Largest - ZeroPoint];

    /// <summary>Chooses the grid with the least squared error.</summary>
    /// <param name="values">Values that were seen.</param>
    public static ActivationGrid Choose(ReadOnlySpan<float> values)
    {
        float low = 0, high = 0;
        foreach (float value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (high <= low) return new ActivationGrid(1, 0);
        int exponent = (int)Math.Ceiling(Math.Log2((high - low) / Largest));
        ActivationGrid best = Make(exponent, low, high);
        double least = Error(values, best);
        for (int smaller = 1; smaller <= 3; smaller++)
        {
            ActivationGrid candidate = Make(exponent - smaller, low, high);
            double error = Error(values, candidate);
            if (error >= least) break;
            (best, least) = (candidate, error);
        }

        return best;
    }

    // Where the range does not fit, both ends are cut in proportion.
    private static ActivationGrid Make(int exponent, float low, float high)
    {
        float scale = MathF.ScaleB(1, exponent);
        double steps = (high - low) / scale, share = Math.Min(1, Largest / steps);
        return new ActivationGrid(scale, Math.Clamp((int)Math.Round(-low * share / scale), 0, Largest));
    }

    private static double Error(ReadOnlySpan<float> values, ActivationGrid grid)
    {
        float inverse = 1 / grid.Scale, low = -grid.ZeroPoint, high = Largest - grid.ZeroPoint;
        double error = 0;
        foreach (float value in values)
        {
            float rounded = MathF.Round(Math.Clamp(value * inverse, low, high)) * grid.Scale;
            error += (double)(value - rounded) * (value - rounded);
        }

        return error;
    }
}
