using System.Globalization;

namespace ModelGen.Emit;

/// <summary>C# literals that read back to exactly the same value, in the invariant culture.</summary>
internal static class Literals
{
    /// <summary>A float literal: shortest of the forms with 6 to 9 digits that reads back exactly.</summary>
    public static string Float(float value)
    {
        if (float.IsNaN(value)) return "float.NaN";
        if (float.IsPositiveInfinity(value)) return "float.PositiveInfinity";
        if (float.IsNegativeInfinity(value)) return "float.NegativeInfinity";
        if (value == 0) return 1 / value < 0 ? "-0f" : "0f";
        foreach (string format in new[] { "G6", "G7", "G8" })
        {
            string text = value.ToString(format, CultureInfo.InvariantCulture);
            if (float.Parse(text, CultureInfo.InvariantCulture) == value) return text + "f";
        }

        return value.ToString("G9", CultureInfo.InvariantCulture) + "f";
    }

    /// <summary>A double literal in parentheses.</summary>
    public static string Double(double value)
    {
        if (double.IsNaN(value)) return "double.NaN";
        if (double.IsInfinity(value)) return value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        if (value == 0 && 1 / value < 0) return "(-0d)";
        return "(" + value.ToString("R", CultureInfo.InvariantCulture) + "d)";
    }

    /// <summary>A text literal in quotes.</summary>
    public static string Text(string value)
    {
        var text = new System.Text.StringBuilder("\"");
        foreach (char c in value)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c < ' ' || c > '~') text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else text.Append(c);
        }

        return text.Append('"').ToString();
    }

    /// <summary>Text that is safe inside a comment or an XML documentation comment: one line, no markup.</summary>
    public static string Comment(string value)
    {
        var text = new System.Text.StringBuilder();
        foreach (char c in value)
        {
            text.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                _ when char.IsControl(c)
                || c is '\u2028' or '\u2029' or '\u0085' => " ",
                _ => c.ToString()
            });
            if (text.Length > 200) return text.Append("...").ToString();
        }

        return text.ToString();
    }

    /// <summary>An integer with thousands separators, for comments.</summary>
    public static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
