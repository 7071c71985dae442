using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Report.Charts;

namespace ModelGen.Compression.Report.Sections;

/// <summary>Which mistakes became more or fewer.</summary>
internal static class ConfusionSection
{
    private const int MostRows = 10;

    /// <summary>Writes the section, if there are confusion matrices.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        int classes = model.ConfusionBefore.Count;
        if (classes == 0) return;
        using (Markup.Section(writer, "confusions", "Changed confusions"))
        {
            IReadOnlyList<ConfusionChange> changes = ConfusionChange.Largest(model.ConfusionBefore, model.ConfusionAfter, MostRows);
            if (changes.Count == 0)
            {
                Markup.Paragraph(writer, "The compressed network makes the same mistakes as often as the original.");
            }
            else
            {
                Markup.Paragraph(writer, "soft", "The mistakes whose number changed most, in samples.");
                Table(writer, model, changes);
                if (classes <= HeatMap.MostClasses) Map(writer, model, classes);
            }
        }

        writer.Line();
    }

    private static void Table(MarkupWriter writer, ReportModel model, IReadOnlyList<ConfusionChange> changes)
    {
        using (Markup.Table(writer, "Changed confusions", "\tTrue class", "\tAnswer", "Before", "After", "Change"))
        {
            foreach (ConfusionChange change in changes)
            {
                using (writer.Element("tr"))
                {
                    using (writer.Element("th", ("scope", "row"))) writer.Leaf("bdi", Markup.ClassName(model, change.True));
                    using (writer.Element("td", ("class", "text"))) writer.Leaf("bdi", Markup.ClassName(model, change.Answer));
                    writer.Leaf("td", Figures.Count(change.Before));
                    writer.Leaf("td", Figures.Count(change.After));
                    writer.Leaf("td", Figures.Change((long)change.Difference));
                }

                writer.Line();
            }
        }
    }

    private static void Map(MarkupWriter writer, ReportModel model, int classes)
    {
        writer.Leaf("h3", "Change of all answers");
        using (writer.Element("ul", ("class", "legend")))
        {
            Key(writer, "more", "more often than the original");
            Key(writer, "less", "less often");
            Key(writer, "cell cell-diagonal", "framed: right answers");
        }

        int[][] differences = Enumerable.Range(0, classes)
            .Select(row => Enumerable.Range(0, classes)
                .Select(column => model.ConfusionAfter[row][column] - model.ConfusionBefore[row][column]).ToArray())
            .ToArray();
        HeatMap.Write(writer, Enumerable.Range(0, classes).Select(index => Markup.ClassName(model, index)).ToArray(), differences);
    }

    private static void Key(MarkupWriter writer, string style, string text)
    {
        using (writer.Element("li"))
        {
            using (Drawing.OpenKey(writer))
                Drawing.Box(writer, style, 1, 1, 12, 12);
            writer.Text(text);
        }
    }
}
