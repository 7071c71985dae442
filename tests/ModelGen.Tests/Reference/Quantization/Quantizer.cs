using System;

namespace ModelGen.Tests.Reference.Quantization;

/// <summary>QuantizeLinear of one element.</summary>
internal static class Quantizer
{
    public static long Quantize(ReferenceTensor value, int index, float scale, long zeroPoint, DataType type)
    {
        if (!value.IsFloat || value.Origin == null)
        {
            float x = (float)(value.IsFloat ? value.Floats[index] : value.Integers[index]);
            return Saturate((float)(x / scale), zeroPoint, type.Minimum(), type.Maximum());
        }

        (double low, double high) = value.Origin.Limits(index);
        long minimum = double.IsNegativeInfinity(low) ? type.Minimum() : Quantize(low, scale, zeroPoint, type);
        long maximum = double.IsPositiveInfinity(high) ? type.Maximum() : Quantize(high, scale, zeroPoint, type);
        return Saturate(value.Origin.DivideBy(scale, index), zeroPoint, minimum, maximum);
    }

    public static long Quantize(double x, float scale, long zeroPoint, DataType type)
        => Saturate((float)((float)x / scale), zeroPoint, type.Minimum(), type.Maximum());

    private static long Saturate(float scaled, long zeroPoint, long minimum, long maximum)
    {
        // Clamped before it is rounded, so that no float is too large for the integer type.
        float clamped = MathF.Max(MathF.Min(scaled, maximum - zeroPoint), minimum - zeroPoint);
        return (long)MathF.Round(clamped, MidpointRounding.ToEven) + zeroPoint;
    }
}
