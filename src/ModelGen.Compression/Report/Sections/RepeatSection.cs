using System.Globalization;

namespace ModelGen.Compression.Report.Sections;

/// <summary>What to know to repeat the run and to judge its figures.</summary>
internal static class RepeatSection
{
    /// <summary>Writes the section.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        using (Markup.Section(writer, "repeat", "To repeat it"))
        {
            using (writer.Element("dl", ("class", "facts")))
            {
                writer.Line();
                writer.Leaf("dt", "Command");
                using (writer.Element("dd")) writer.Leaf("code", model.Command);
                writer.Line();
                Fact(writer, "Versions", $"ModelGen {model.Version}, .NET {model.Runtime}");
                Fact(writer, "Seed", model.Seed.ToString(CultureInfo.InvariantCulture));
                Fact(writer, "Epochs of fine-tuning", Figures.Count(model.Epochs));
                Fact(writer, "Training samples",
                    $"{Figures.Count(model.TrainingSamples)}: ranges were measured on them and the network was fine-tuned with them");
                Fact(writer, "Validation samples",
                    $"{Figures.Count(model.ValidationSamples)}: every choice was made on them, so that their figure is a little too good");
                Fact(writer, "Test samples", model.TestSamples > 0
                    ? $"{Figures.Count(model.TestSamples)}: read once, at the end, after every choice was made" : "none were given");
            }

            Method(writer, model);
        }

        writer.Line();
    }

    private static void Method(MarkupWriter writer, ReportModel model)
    {
        writer.Leaf("h3", "How figures are made");
        writer.Line();
        Markup.Paragraph(writer, "method",
            "Weights, multiply-accumulates and bytes are what the compiler counts in the code it emits for the least size. The original's "
            + "bytes are those of its weights and biases in float32. Quality of the result is that of the compiled code.");
        if (model.Before.Microseconds is not null && model.After.Microseconds is not null)
            Markup.Paragraph(writer, "method", ReportEstimates.TimeMethod);
        if (model.Before.Microjoules is not null && model.After.Microjoules is not null)
            Markup.Paragraph(writer, "method", ReportEstimates.EnergyMethod);
        if (model.Knee is null) return;
        Markup.Paragraph(writer, "method",
            "The knee is found by the Kneedle algorithm (Satopaa, Albrecht, Irwin and Raghavan, 2011) on quality over halvings of the "
            + "weights; the cost of a halving is the slope of the least-squares line through the knee and the smaller networks.");
    }

    private static void Fact(MarkupWriter writer, string name, string value)
    {
        writer.Leaf("dt", name);
        writer.Leaf("dd", value);
        writer.Line();
    }
}
