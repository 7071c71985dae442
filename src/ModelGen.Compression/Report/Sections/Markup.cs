using System;

namespace ModelGen.Compression.Report.Sections;

/// <summary>What several sections are made of.</summary>
internal static class Markup
{
    /// <summary>Opens a section with its heading.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="id">Unique in the document.</param>
    /// <param name="heading">The heading.</param>
    public static IDisposable Section(MarkupWriter writer, string id, string heading)
    {
        IDisposable section = writer.Element("section", ("aria-labelledby", id));
        writer.Leaf("h2", heading, ("id", id));
        writer.Line();
        return section;
    }

    /// <summary>Writes a paragraph.</summary>
    public static void Paragraph(MarkupWriter writer, string text)
    {
        writer.Leaf("p", text);
        writer.Line();
    }

    /// <summary>Writes a paragraph of a class of the style sheet.</summary>
    public static void Paragraph(MarkupWriter writer, string style, string text)
    {
        writer.Leaf("p", text, ("class", style));
        writer.Line();
    }

    /// <summary>Opens a table in a box that scrolls by itself when the screen is narrow, by keyboard too.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="label">What the table is, for screen readers.</param>
    /// <param name="columns">Heads of the columns; those that start with a tab are of text, not of numbers.</param>
    public static IDisposable Table(MarkupWriter writer, string label, params ReadOnlySpan<string> columns)
    {
        IDisposable box = writer.Element("div", ("class", "scroll"), ("role", "region"), ("aria-label", label), ("tabindex", "0"));
        IDisposable table = writer.Element("table");
        using (writer.Element("thead"))
        using (writer.Element("tr"))
        {
            foreach (string column in columns)
            {
                if (column.StartsWith('\t')) writer.Leaf("th", column[1..], ("scope", "col"), ("class", "text"));
                else writer.Leaf("th", column, ("scope", "col"));
            }
        }

        writer.Line();
        IDisposable body = writer.Element("tbody");
        writer.Line();
        return new Nested(writer, body, table, box);
    }

    /// <summary>Writes a name from a model; one that is missing is said to be.</summary>
    public static string Name(string name) => string.IsNullOrWhiteSpace(name) ? "(unnamed)" : name;

    /// <summary>The name of a class, or its number.</summary>
    public static string ClassName(ReportModel model, int index)
        => index < model.Classes.Count ? Name(model.Classes[index]) : Figures.Count(index);

    private sealed class Nested(MarkupWriter writer, params IDisposable[] inside) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable scope in inside) scope.Dispose();
            writer.Line();
        }
    }
}
