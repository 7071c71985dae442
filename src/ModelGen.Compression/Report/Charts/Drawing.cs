using System;
using System.Linq;

namespace ModelGen.Compression.Report.Charts;

/// <summary>The SVG elements that charts are made of. Colours come from classes of the style sheet.</summary>
internal static class Drawing
{
    /// <summary>Opens a drawing that scales with its container and says in words what it shows.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="id">Unique in the document.</param>
    /// <param name="size">Size and class.</param>
    /// <param name="title">What it is.</param>
    /// <param name="description">What can be seen, for people who cannot see it.</param>
    public static IDisposable Open(MarkupWriter writer, string id, ChartSize size, string title, string description)
    {
        IDisposable svg = writer.Element("svg", ("class", size.Class), ("role", "img"), ("aria-labelledby", $"{id}-title {id}-description"),
            ("viewBox", $"0 0 {Figures.Coordinate(size.Width)} {Figures.Coordinate(size.Height)}"));
        writer.Leaf("title", title, ("id", $"{id}-title"));
        writer.Leaf("desc", description, ("id", $"{id}-description"));
        return svg;
    }

    /// <summary>Opens the mark of an entry of a legend, 14 by 14 units; its text stands beside it.</summary>
    public static IDisposable OpenKey(MarkupWriter writer) => writer.Element(
        "svg", ("class", "key"), ("aria-hidden", "true"), ("width", "14"), ("height", "14"), ("viewBox", "0 0 14 14"));

    /// <summary>Writes a line.</summary>
    public static void Line(MarkupWriter writer, string style, double x1, double y1, double x2, double y2) => writer.Empty(
        "line", ("class", style), ("x1", Figures.Coordinate(x1)), ("y1", Figures.Coordinate(y1)), ("x2", Figures.Coordinate(x2)),
        ("y2", Figures.Coordinate(y2)));

    /// <summary>Writes a rectangle; nothing where it has no extent.</summary>
    public static void Box(MarkupWriter writer, string style, double x, double y, double width, double height)
    {
        if (width <= 0 || height <= 0) return;
        writer.Empty("rect", ("class", style), ("x", Figures.Coordinate(x)), ("y", Figures.Coordinate(y)),
            ("width", Figures.Coordinate(width)), ("height", Figures.Coordinate(height)));
    }

    /// <summary>Writes text.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="style">Class.</param>
    /// <param name="x">Position of the anchor.</param>
    /// <param name="y">Position of the base line.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="text">The text.</param>
    public static void Text(MarkupWriter writer, string style, double x, double y, string anchor, string text) => writer.Leaf(
        "text", text, ("class", style), ("x", Figures.Coordinate(x)), ("y", Figures.Coordinate(y)), ("text-anchor", anchor));

    /// <summary>Text cut in its middle so that it fits a width in any common font, by an estimate on the safe side.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Width in user units.</param>
    /// <param name="fontSize">Size of the font in user units.</param>
    public static string Fit(string text, double width, double fontSize)
    {
        int most = text.Length;
        string shown = text;
        while (most > 3 && shown.Sum(Width) * fontSize > width) shown = MarkupText.Shorten(text, --most);
        return shown;
    }

    // Width in sizes of the font.
    private static double Width(char c) => c switch
    {
        'i' or 'j' or 'l' or 't' or 'f' or ' ' or '.' or ',' or '/' or '-' or '\'' => 0.42,
        'm' or 'w' or 'M' or 'W' or '@' or '%' => 1,
        >= 'A' and <= 'Z' => 0.78,
        > '~' => 1.05,
        _ => 0.66,
    };
}
