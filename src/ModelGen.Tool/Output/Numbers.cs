using System;
using System.Globalization;

namespace ModelGen.Tool.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>A count with thousands separators, for example <c>2,656,768</c>.</summary>
    /// <param name="value">The count.</param>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A mean number of bits, with one decimal where it is no whole number.</summary>
    /// <param name="value">The mean.</param>
    public static string Bits(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A measured value with four significant digits; from 1,000 on without decimals.</summary>
    /// <param name="value">The value.</param>
    public static string Measure(double value)
        => value.ToString(Math.Abs(value) is >= 1000 and < 1e15 ? "N0" : "G4", CultureInfo.InvariantCulture);

    /// <summary>A share in percent with two decimals.</summary>
    /// <param name="part">Part.</param>
    /// <param name="whole">Whole; 0 gives no percentage.</param>
    public static string Percent(long part, long whole)
        => whole == 0 ? "-" : (100.0 * part / whole).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
