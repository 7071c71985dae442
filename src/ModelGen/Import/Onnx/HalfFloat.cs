using System;

namespace ModelGen.Import.Onnx;

/// <summary>16-bit floating-point formats, which netstandard2.0 has no type for.</summary>
internal static class HalfFloat
{
    /// <summary>Widens an IEEE 754 binary16 or bfloat16 number; exact.</summary>
    public static double ToDouble(ushort bits, bool brain)
    {
        int exponentBits = brain ? 8 : 5, fractionBits = 15 - exponentBits, bias = (1 << (exponentBits - 1)) - 1;
        int sign = bits >> 15 == 1 ? -1 : 1, exponent = bits >> fractionBits & ((1 << exponentBits) - 1),
            fraction = bits & ((1 << fractionBits) - 1);
        if (exponent == (1 << exponentBits) - 1) return fraction != 0 ? double.NaN : sign * double.PositiveInfinity;
        double significand = exponent == 0 ? fraction : fraction + (1 << fractionBits);
        return sign * significand * Math.Pow(2, Math.Max(exponent, 1) - bias - fractionBits);
    }
}
