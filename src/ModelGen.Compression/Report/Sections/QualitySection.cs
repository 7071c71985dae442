using System;
using System.Globalization;
using System.Linq;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Report.Charts;

namespace ModelGen.Compression.Report.Sections;

/// <summary>Quality against size, and where returns diminish.</summary>
internal static class QualitySection
{
    /// <summary>Writes the section, if there are points.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        if (!QualityChart.HasData(model)) return;
        using (Markup.Section(writer, "quality", "Quality against size"))
        {
            if (KneeInWords(model) is { } knee) Markup.Paragraph(writer, knee);
            QualityChart.Write(writer, model, ChartSize.Wide);
            QualityChart.Write(writer, model, ChartSize.Narrow);
            Legend(writer, model);
            if (model.ValidationSamples > 0)
            {
                string samples = Figures.Count(model.ValidationSamples);
                string uncertainty = model.QualityName != "accuracy" ? ""
                    : $" With so many samples, a standard error of a point of the curve is {StandardError(model)} points.";
                Markup.Paragraph(writer, "soft", $"Measured on the {samples} validation samples.{uncertainty}");
            }

            Points(writer, model);
        }

        writer.Line();
    }

    /// <summary>The knee in words, or <see langword="null"/> where there is none.</summary>
    public static string? KneeInWords(ReportModel model)
    {
        if (model.Knee is not { } index || index < 0 || index >= model.Curve.Count) return null;
        CurvePoint knee = model.Curve[index];
        string place = $"The knee of the curve is at {QualityChart.Fraction(knee.WeightsKept)} of the weights ({Figures.Points(knee.Quality)} points)";
        if (model.PointsPerHalving is not { } cost) return place + ".";
        return cost >= 0.005 ? $"{place}: beyond here each further halving costs {Figures.Points(cost)} points."
            : $"{place}; no further loss was measured beyond it.";
    }

    private static string StandardError(ReportModel model)
    {
        double share = Math.Clamp(model.After.Validation / 100, 0, 1);
        return Figures.Points(100 * Math.Sqrt(share * (1 - share) / model.ValidationSamples));
    }

    private static void Legend(MarkupWriter writer, ReportModel model)
    {
        using (writer.Element("ul", ("class", "legend")))
        {
            if (model.Curve.Any(point => point.IsFinal)) Key(writer, "point-final", "5", "fine-tuned to the end");
            if (model.Curve.Any(point => !point.IsFinal)) Key(writer, "point-passing", "4", "measured in passing");
        }

        writer.Line();
    }

    private static void Key(MarkupWriter writer, string style, string radius, string text)
    {
        using (writer.Element("li"))
        {
            using (Drawing.OpenKey(writer))
                writer.Empty("circle", ("class", style), ("cx", "7"), ("cy", "7"), ("r", radius));
            writer.Text(text);
        }
    }

    private static void Points(MarkupWriter writer, ReportModel model)
    {
        using (writer.Element("details"))
        {
            writer.Leaf("summary", "All points as numbers");
            using (Markup.Table(writer, "Points of the curve", "Weights kept", "Work kept", "Bits a weight", "Points", "\tMeasured"))
            {
                foreach (CurvePoint point in model.Curve)
                {
                    using (writer.Element("tr"))
                    {
                        writer.Leaf("th", point.WeightsKept > 0 ? QualityChart.Fraction(point.WeightsKept)
                            : Figures.Percent(point.WeightsKept), ("scope", "row"));
                        writer.Leaf("td", Figures.Percent(point.WorkKept));
                        writer.Leaf("td", point.Bits.ToString("0.#", CultureInfo.InvariantCulture));
                        writer.Leaf("td", Figures.Points(point.Quality));
                        writer.Leaf("td", point.IsFinal ? "fine-tuned to the end" : "in passing", ("class", "text"));
                    }

                    writer.Line();
                }
            }
        }
    }
}
