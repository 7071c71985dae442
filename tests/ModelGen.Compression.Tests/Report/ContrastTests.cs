using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using ModelGen.Compression.Report;
using Xunit;

namespace ModelGen.Compression.Tests.Report;

/// <summary>Colours of the style sheet by the contrast ratio of WCAG 2.2, which asks 4.5:1 of text and 3:1 of graphics.</summary>
public class ContrastTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ColoursHaveContrast(int scheme)
    {
        // Light, dark and print, in the order of the style sheet.
        double[] Color(string name) => Parse(Regex.Matches(ReportStyle.Css, $"--{name}:(#[0-9a-f]+)")[scheme].Groups[1].Value);
        foreach (string ground in (string[])["ground", "panel"])
        {
            foreach (string text in (string[])["ink", "soft", "accent"]) Assert.InRange(Ratio(Color(text), Color(ground)), 4.5, 21);
            Assert.InRange(Ratio(Color("pale"), Color(ground)), 3, 21);
        }

        // Bars on their ground, and numbers in the strongest cells of the heat map.
        foreach (string bar in (string[])["accent", "pale"]) Assert.InRange(Ratio(Color(bar), Color("line")), 3, 21);
        foreach (string cell in (string[])["more", "less"])
            Assert.InRange(Ratio(Color("ink"), Color(cell).Zip(Color("panel"), (a, b) => 0.8 * a + 0.2 * b).ToArray()), 4.5, 21);
    }

    private static double[] Parse(string color)
    {
        string digits = color.Length == 4 ? string.Concat(color.Skip(1).Select(c => new string(c, 2))) : color[1..];
        return Enumerable.Range(0, 3).Select(i =>
            int.Parse(digits.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .ToArray();
    }

    private static double Ratio(double[] first, double[] second)
    {
        double a = Luminance(first), b = Luminance(second);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(double[] color)
    {
        double[] linear = color.Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
