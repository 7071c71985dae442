using System;
using System.Collections.Generic;

namespace ModelGen.Compression.Report.Sections;

/// <summary>The result in one sentence, and cards of before and after.</summary>
internal static class SummarySection
{
    /// <summary>Writes the section.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        using (writer.Element("header"))
        {
            using (writer.Element("h1"))
            {
                writer.Leaf("bdi", Markup.Name(model.Model));
                writer.Text(" compressed");
            }

            writer.Line();
            Markup.Paragraph(writer, "result", Sentence(model));
            foreach (string target in model.MissedTargets) Markup.Paragraph(writer, "missed", $"Target missed: {target}.");
        }

        using (writer.Element("dl", ("class", "cards")))
        {
            writer.Line();
            ReportTotals before = model.Before, after = model.After;
            Card(writer, "Weights that are not zero", Figures.Count(before.Weights), Figures.Count(after.Weights),
                Figures.Factor(before.Weights, after.Weights));
            Card(writer, "Multiply-accumulates a run", Figures.Count(before.MultiplyAccumulates), Figures.Count(after.MultiplyAccumulates),
                Figures.Factor(before.MultiplyAccumulates, after.MultiplyAccumulates));
            Card(writer, "Bytes of weights, as compiled", Figures.Bytes(before.WeightBytes), Figures.Bytes(after.WeightBytes),
                Figures.Factor(before.WeightBytes, after.WeightBytes));
            Card(writer, "Bytes of the model file", Figures.Bytes(before.FileBytes), Figures.Bytes(after.FileBytes),
                Figures.Factor(before.FileBytes, after.FileBytes));
            Quality(writer, $"Validation: {model.QualityName}", before.Validation, after.Validation);
            if (before.Test is { } testBefore && after.Test is { } testAfter)
                Quality(writer, $"Test: {(model.TestQualityName.Length > 0 ? model.TestQualityName : model.QualityName)}", testBefore,
                    testAfter);
            if (before.Microseconds is { } timeBefore && after.Microseconds is { } timeAfter)
                Card(writer, "Time a run, estimate", Figures.Time(timeBefore), Figures.Time(timeAfter),
                    Figures.Factor(timeBefore, timeAfter, "faster", "slower"));
            if (before.Microjoules is { } energyBefore && after.Microjoules is { } energyAfter)
                Card(writer, "Energy a run, estimate", Figures.Energy(energyBefore), Figures.Energy(energyAfter),
                    Figures.Factor(energyBefore, energyAfter, "less"));
        }

        writer.Line();
    }

    /// <summary>The result in one sentence; the loss is that on the test samples where there are any.</summary>
    public static string Sentence(ReportModel model)
    {
        ReportTotals before = model.Before, after = model.After;
        bool isTest = before.Test is not null && after.Test is not null;
        double loss = isTest ? before.Test!.Value - after.Test!.Value : before.Validation - after.Validation;
        string name = isTest && model.TestQualityName.Length > 0 ? model.TestQualityName : model.QualityName;
        string points = Figures.Points(Math.Abs(loss));
        var parts = new List<string>
        {
            Part(before.Weights, after.Weights, "weights"),
            Part(before.MultiplyAccumulates, after.MultiplyAccumulates, "multiply-accumulates"),
            Part(before.WeightBytes, after.WeightBytes, "bytes"),
        };
        string cost = points == Figures.Points(0) ? $"no change of {name}" : loss > 0 ? $"a loss of {points} points of {name}"
            : $"a gain of {points} points of {name}";
        return $"{string.Join(", ", parts)}; {cost} on the {(isTest ? "test" : "validation")} samples.";
    }

    private static string Part(long before, long after, string what)
    {
        string factor = Figures.Factor(before, after);
        return factor is "unchanged" ? $"as many {what}" : factor is "all gone" or Figures.None ? $"{Figures.Count(after)} {what}"
            : $"{factor} {what}";
    }

    private static void Quality(MarkupWriter writer, string label, double before, double after)
    {
        string change = Figures.Change(Math.Round(after - before, 2));
        Card(writer, label + ", points", Figures.Points(before), Figures.Points(after), change == "0.00" ? "unchanged"
            : $"{change} points");
    }

    private static void Card(MarkupWriter writer, string label, string before, string after, string gain)
    {
        using (writer.Element("div", ("class", "card")))
        {
            writer.Leaf("dt", label);
            writer.Leaf("dd", after, ("class", "now"));
            writer.Leaf("dd", $"before {before}", ("class", "was"));
            writer.Leaf("dd", gain, ("class", "gain"));
        }

        writer.Line();
    }
}
