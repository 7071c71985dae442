using System;
using System.Linq;

namespace ModelGen.Planning.Packing;

/// <summary>The narrowest form that holds all numbers of a table exactly.</summary>
internal static class NarrowTable
{
    /// <summary>Bits of a float below those that <see cref="Short"/> keeps.</summary>
    public const int ShortShift = 19;

    /// <summary>Bytes an element: 0 when all are equal, 1 or 2 when a signed integer of that size holds them, else 4.</summary>
    public static int Width(int[] values) =>
        values.All(value => value == values[0]) ? 0
        : values.All(value => value is >= sbyte.MinValue and <= sbyte.MaxValue) ? 1
        : values.All(value => value is >= short.MinValue and <= short.MaxValue) ? 2 : 4;

    /// <summary>
    /// Bytes an element: 0 when all are equal, 1 when they are small multiples of a power of two or have few significant bits, 2 when a 16-bit format
    /// holds them, else 4.
    /// </summary>
    public static int Width(float[] values)
    {
        if (values.Length == 0) return sizeof(float);

        // Compared by their bits: -0 is not 0.
        int[] bits = Array.ConvertAll(values, Bits);
        if (bits.All(value => value == bits[0]) && !float.IsNaN(values[0]) && !float.IsInfinity(values[0])
            && bits[0] != int.MinValue) return 0;
        if (Step(values) is not null || Short(values) is not null) return 1;
        return Brain(values) is not null || Half(values) is not null ? 2 : 4;
    }

    /// <summary>The power of two whose multiples from -127 to 127 all values are; or <see langword="null"/>.</summary>
    public static float? Step(float[] values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            if (!(Math.Abs(value) <= 1e30f) || Bits(value) == int.MinValue) return null;
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest < 1e-30f) return null;
        double step = 1;
        while (step * 127 < largest) step *= 2;
        while (step / 2 * 127 >= largest) step /= 2;
        return values.All(value => value / step == Math.Floor(value / step)) ? (float)step : null;
    }

    /// <summary>
    /// Positive numbers of 5 significant bits whose sizes lie within a factor of 2^15 or so: exponent and four bits of fraction, less those of the smallest;
    /// or <see langword="null"/>.
    /// </summary>
    public static (byte[] Codes, int First)? Short(float[] values)
    {
        int[] codes = Array.ConvertAll(values, value => Bits(value) >> ShortShift);
        int first = codes.Min();
        bool fits = first > 15 && codes.Max() <= Math.Min(first + byte.MaxValue, 0xFEF)
            && values.All(value => (Bits(value) & ((1 << ShortShift) - 1)) == 0);
        return fits ? (Array.ConvertAll(codes, code => (byte)(code - first)), first) : null;
    }

    /// <summary>The upper halves of floats whose lower halves are zero (bfloat16); or <see langword="null"/>.</summary>
    public static ushort[]? Brain(float[] values) =>
        values.All(value => (Bits(value) & 0xFFFF) == 0) ? Array.ConvertAll(values, value => (ushort)(Bits(value) >>> 16)) : null;

    /// <summary>Floats as IEEE 754 binary16, when that holds them exactly and they are finite; or <see langword="null"/>.</summary>
    public static ushort[]? Half(float[] values)
    {
        ushort[] halves = Array.ConvertAll(values, value =>
        {
            // In units of the smallest binary16 number; the significand has 11 bits.
            int sign = Bits(value) >>> 31 << 15;
            double magnitude = Math.Abs((double)value) * (1 << 24);
            if (!(magnitude < 1L << 41)) return (ushort)0x7C00;
            if (magnitude < 1 << 10) return (ushort)(sign | (int)magnitude);
            int exponent = 0;
            for (; magnitude >= 1 << 11; exponent++) magnitude /= 2;
            return (ushort)(sign | ((exponent + 1) << 10) + ((int)magnitude - (1 << 10)));
        });
        return values.Zip(halves, (value, half) =>
            (half & 0x7C00) != 0x7C00 && Bits(Widened(half)) == Bits(value)).All(same => same) ? halves : null;
    }

    // Exponent and fraction moved to their places in a float, whose exponents start 112 lower; exact, as the emitted code does it.
    private static float Widened(ushort half)
    {
        float magnitude = Float((half & 0x7FFF) << 13) * Float(0x77800000);
        return half >= 0x8000 ? -magnitude : magnitude;
    }

    private static float Float(int bits) => BitConverter.ToSingle(BitConverter.GetBytes(bits), 0);

    private static int Bits(float value) => BitConverter.ToInt32(BitConverter.GetBytes(value), 0);
}
