using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Report.Charts;

namespace ModelGen.Compression.Report.Sections;

/// <summary>Accuracy of each class before and after.</summary>
internal static class ClassSection
{
    private const int MostRows = 40;

    /// <summary>Writes the section, if there are confusion matrices.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        int classes = model.ConfusionBefore.Count;
        if (classes == 0) return;

        // Classes without samples have no accuracy.
        int[] present = Enumerable.Range(0, classes)
            .Where(index => Samples(model.ConfusionBefore, index) > 0 || Samples(model.ConfusionAfter, index) > 0).ToArray();
        if (present.Length == 0) return;
        int[] shown = present.Length <= MostRows ? present
            : present.OrderByDescending(index => Math.Abs(Difference(model, index))).Take(MostRows).ToArray();
        using (Markup.Section(writer, "classes", "Accuracy by class"))
        {
            Markup.Paragraph(writer, "soft", Introduction(model, present.Length, shown.Length));
            using (writer.Element("ul", ("class", "legend")))
            {
                Key(writer, "bar-before", "original");
                Key(writer, "bar", "compressed");
            }

            using (Markup.Table(writer, "Accuracy by class", "\tClass", "\tAccuracy", "Before", "After", "Change", "Samples"))
            {
                foreach (int index in shown) Row(writer, model, index);
            }
        }

        writer.Line();
    }

    private static string Introduction(ReportModel model, int present, int shown)
    {
        string source = model.ConfusionSource.Length == 0 ? "In percent of the samples of each class."
            : $"Measured on the {model.ConfusionSource} samples, in percent of the samples of each class.";
        return shown < present ? $"{source} The {Figures.Count(shown)} of {Figures.Count(present)} classes that changed most." : source;
    }

    private static void Row(MarkupWriter writer, ReportModel model, int index)
    {
        double before = Accuracy(model.ConfusionBefore, index), after = Accuracy(model.ConfusionAfter, index);
        using (writer.Element("tr"))
        {
            using (writer.Element("th", ("scope", "row"))) writer.Leaf("bdi", Markup.ClassName(model, index));
            using (writer.Element("td", ("class", "text bars"))) InlineBar.WritePair(writer, before / 100, after / 100);
            writer.Leaf("td", Figures.Points(before));
            writer.Leaf("td", Figures.Points(after));
            writer.Leaf("td", Figures.Change(after - before));
            writer.Leaf("td", Figures.Count(Samples(model.ConfusionBefore, index)));
        }

        writer.Line();
    }

    private static void Key(MarkupWriter writer, string style, string text)
    {
        using (writer.Element("li"))
        {
            using (Drawing.OpenKey(writer))
                Drawing.Box(writer, style, 0, 2, 14, 10);
            writer.Text(text);
        }
    }

    private static double Difference(ReportModel model, int index)
    {
        double difference = Accuracy(model.ConfusionAfter, index) - Accuracy(model.ConfusionBefore, index);
        return double.IsFinite(difference) ? difference : 0;
    }

    private static long Samples(IReadOnlyList<IReadOnlyList<int>> matrix, int index) => matrix[index].Sum(count => (long)count);

    private static double Accuracy(IReadOnlyList<IReadOnlyList<int>> matrix, int index)
        => 100.0 * matrix[index][index] / Samples(matrix, index);
}
