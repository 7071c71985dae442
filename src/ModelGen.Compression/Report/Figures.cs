using System;
using System.Globalization;

namespace ModelGen.Compression.Report;

/// <summary>Numbers as a report shows them, in the invariant culture.</summary>
internal static class Figures
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "\u2013";

    private const string Minus = "\u2212";

    /// <summary>A count with thousands separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Points with two decimals.</summary>
    public static string Points(double value)
        => double.IsFinite(value) ? Signed(value.ToString("0.00", CultureInfo.InvariantCulture)) : None;

    /// <summary>A change of points with its sign.</summary>
    public static string Change(double value)
        => double.IsFinite(value) ? Signed(value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)) : None;

    /// <summary>A change of a count with its sign.</summary>
    public static string Change(long value) => Signed(value.ToString("+#,0;-#,0;0", CultureInfo.InvariantCulture));

    /// <summary>A share, 0 to 1, in percent with three significant digits at most.</summary>
    public static string Percent(double share)
    {
        if (!double.IsFinite(share)) return None;
        double percent = 100 * share;
        string format = Math.Abs(percent) >= 99.95 || percent == 0 ? "0" : Math.Abs(percent) >= 9.95 ? "0.0" : "0.00";
        return Signed(percent.ToString(format, CultureInfo.InvariantCulture)) + " %";
    }

    /// <summary>A share from 0 to 1 with two significant digits.</summary>
    public static string Sensitivity(double share) => share switch
    {
        >= 0.095 => share.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.0005 => share.ToString("0.000", CultureInfo.InvariantCulture),
        > 0 => "below 0.001",
        _ => "0",
    };

    /// <summary>How many times smaller a number became in digits, for example <c>12.1</c>; at least 1.</summary>
    /// <param name="ratio">1 or more.</param>
    public static string Ratio(double ratio)
        => ratio.ToString(ratio >= 99.5 ? "N0" : ratio >= 19.95 ? "0" : ratio >= 9.995 ? "0.0" : "0.##", CultureInfo.InvariantCulture);

    /// <summary>A comparison in words, for example <c>12.1x fewer</c>, <c>1.2x more</c>, <c>unchanged</c>.</summary>
    /// <param name="before">Number of the original.</param>
    /// <param name="after">Number of the result.</param>
    /// <param name="less">The word for a smaller number: fewer, smaller, ...</param>
    /// <param name="more">The word for a larger number.</param>
    public static string Factor(double before, double after, string less = "fewer", string more = "more")
    {
        if (before == after) return "unchanged";
        if (!(before > 0) || !(after > 0)) return after < before ? "all gone" : None;
        return after < before ? $"{Ratio(before / after)}x {less}" : $"{Ratio(after / before)}x {more}";
    }

    /// <summary>A count with a decimal prefix, for example <c>11.5 M</c>, for where exact numbers take too much room.</summary>
    public static string Short(long value) => Scaled(value, ["", "k", "M", "G", "T"]).TrimEnd();

    /// <summary>Bytes with a decimal unit, for example <c>21.4 kB</c>.</summary>
    public static string Bytes(long bytes) => Scaled(bytes, ["bytes", "kB", "MB", "GB", "TB"]);

    /// <summary>A time.</summary>
    /// <param name="microseconds">Microseconds.</param>
    public static string Time(double microseconds) => microseconds < 1
        ? Scaled(1000 * microseconds, ["ns"]) : Scaled(microseconds, ["\u00B5s", "ms", "s"]);

    /// <summary>An energy.</summary>
    /// <param name="microjoules">Microjoules.</param>
    public static string Energy(double microjoules) => microjoules < 1
        ? Scaled(1000 * microjoules, ["nJ"]) : Scaled(microjoules, ["\u00B5J", "mJ", "J"]);

    /// <summary>A number for an attribute of a drawing.</summary>
    public static string Coordinate(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Scaled(double value, string[] units)
    {
        if (!double.IsFinite(value)) return None;
        int unit = 0;
        while (unit + 1 < units.Length && Math.Abs(value) >= 999.5)
        {
            value /= 1000;
            unit++;
        }

        string format = value == Math.Floor(value) && unit == 0 || Math.Abs(value) >= 99.95 ? "N0"
            : Math.Abs(value) >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {units[unit]}";
    }

    // A real minus sign is as wide as a digit, which the columns of tables rely on; -0.00 is 0.
    private static string Signed(string number)
    {
        if (number.Length == 0 || number[0] != '-') return number;
        return number.AsSpan(1).IndexOfAnyExcept("0.,") < 0 ? number[1..] : Minus + number[1..];
    }
}
