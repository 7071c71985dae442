using System;

namespace ModelGen.Compression.Report.Charts;

/// <summary>A small bar beside a number in a table. The number says it in words, so that the bar is hidden from screen readers.</summary>
internal static class InlineBar
{
    private const double Width = 80, Height = 10;

    /// <summary>Writes a bar.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="share">Filled share, 0 to 1.</param>
    public static void Write(MarkupWriter writer, double share)
    {
        using (Open(writer, Height)) Bar(writer, "bar", 0, share);
    }

    /// <summary>Writes two bars, one below the other.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="before">Share of the original, drawn lighter.</param>
    /// <param name="after">Share of the result.</param>
    public static void WritePair(MarkupWriter writer, double before, double after)
    {
        using (Open(writer, 2 * Height + 2))
        {
            Bar(writer, "bar-before", 0, before);
            Bar(writer, "bar", Height + 2, after);
        }
    }

    private static IDisposable Open(MarkupWriter writer, double height) => writer.Element(
        "svg", ("class", "inline"), ("aria-hidden", "true"), ("width", Figures.Coordinate(Width)), ("height", Figures.Coordinate(height)),
        ("viewBox", $"0 0 {Figures.Coordinate(Width)} {Figures.Coordinate(height)}"));

    private static void Bar(MarkupWriter writer, string style, double y, double share)
    {
        Drawing.Box(writer, "bar-ground", 0, y, Width, Height);
        double filled = double.IsFinite(share) ? Math.Clamp(share, 0, 1) * Width : 0;

        // A little more than nothing must not look like nothing.
        if (filled > 0) Drawing.Box(writer, style, 0, y, Math.Max(1, filled), Height);
    }
}
