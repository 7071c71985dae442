using ModelGen.Compression.Report.Sections;

namespace ModelGen.Compression.Report;

/// <summary>Writes a report as one HTML file that needs nothing else: no network, no script, no font.</summary>
internal static class HtmlReport
{
    // Whatever got into the page, a browser that reads it fetches and runs nothing.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";

    /// <summary>Writes a report.</summary>
    /// <param name="model">What it shows.</param>
    /// <returns>HTML5 that is well-formed XML too; the same text for the same report.</returns>
    public static string Render(ReportModel model)
    {
        ReportChecks.Check(model);
        var writer = new MarkupWriter();
        writer.Constant("<!DOCTYPE html>");
        using (writer.Element("html", ("lang", "en")))
        {
            Head(writer, model);
            using (writer.Element("body"))
            using (writer.Element("main"))
            {
                writer.Line();
                SummarySection.Write(writer, model);
                QualitySection.Write(writer, model);
                SweepSection.Write(writer, model);
                LayerSection.Write(writer, model);
                ClassSection.Write(writer, model);
                ConfusionSection.Write(writer, model);
                RepeatSection.Write(writer, model);
            }
        }

        writer.Line();
        return writer.ToString();
    }

    private static void Head(MarkupWriter writer, ReportModel model)
    {
        using (writer.Element("head"))
        {
            writer.Line();
            writer.Empty("meta", ("charset", "utf-8"));
            writer.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy));
            writer.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            writer.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
            writer.Line();
            writer.Leaf("title", $"{model.Model} compressed");
            writer.Line();
            using (writer.Element("style")) writer.Constant(ReportStyle.Css.ReplaceLineEndings("\n"));
        }

        writer.Line();
    }
}
