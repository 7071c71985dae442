using System;
using System.Linq;
using ModelGen.Compression.Report.Charts;

namespace ModelGen.Compression.Report.Sections;

/// <summary>What became of each layer.</summary>
internal static class LayerSection
{
    /// <summary>Writes the section, if there are layers with weights.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        if (model.Layers.Count == 0) return;
        using (Markup.Section(writer, "layers", "Layers"))
        {
            bool hasBits = model.Layers.Any(layer => layer.NeuronsByBits.Any(count => count > 0));
            bool hasSensitivity = model.Layers.Any(layer => layer.Sensitivity is not null);
            if (hasSensitivity)
                Markup.Paragraph(writer, "soft",
                    "Sensitivity: estimated loss when a weight of average size is removed, relative to the most sensitive layer.");
            int[] bits = model.Layers.SelectMany(layer =>
                Enumerable.Range(0, layer.NeuronsByBits.Count).Where(width => layer.NeuronsByBits[width] > 0))
                .Distinct().Order().ToArray();
            if (hasBits)
            {
                Markup.Paragraph(writer, "soft", "Neurons by bits: how many bits the weights of each neuron (output channel) need.");
                BitsBar.WriteLegend(writer, bits);
            }

            Markup.Paragraph(writer, "soft",
                "Share of the work: of the multiply-accumulates (MACs) of a run, in the original (upper bar) and in the result.");
            string[] columns =
            [
                "\tLayer", "\tWeights kept", .. hasBits ? new[] { "\tNeurons by bits" } : [],
                .. hasSensitivity ? new[] { "\tSensitivity" } : [],
                "\tShare of the work", "Bytes",
            ];
            using (Markup.Table(writer, "Layers", columns))
            {
                for (int i = 0; i < model.Layers.Count; i++) Row(writer, model, i, hasBits, hasSensitivity);
            }
        }

        writer.Line();
    }

    private static void Row(MarkupWriter writer, ReportModel model, int index, bool hasBits, bool hasSensitivity)
    {
        ReportLayer layer = model.Layers[index];
        using (writer.Element("tr"))
        {
            using (writer.Element("th", ("scope", "row")))
            {
                writer.Leaf("bdi", Markup.Name(layer.Name));
                writer.Leaf("small", layer.Pattern.Length > 0 ? $"{layer.Operation}, pruned: {layer.Pattern}" : layer.Operation);
            }

            double kept = Share(layer.NonZeroWeights, layer.Weights);
            using (writer.Element("td", ("class", "text bars")))
            {
                InlineBar.Write(writer, kept);
                writer.Text(Figures.Percent(kept));
                writer.Leaf("small", $"{Figures.Count(layer.NonZeroWeights)} of {Figures.Count(layer.Weights)}");
            }

            if (hasBits)
            {
                using (writer.Element("td", ("class", "text bars")))
                {
                    if (layer.NeuronsByBits.Any(count => count > 0))
                        BitsBar.Write(writer, $"bits-of-layer-{Figures.Coordinate(index)}", layer.NeuronsByBits);
                    writer.Leaf("small", BitsBar.Summary(layer.NeuronsByBits));
                }
            }

            if (hasSensitivity)
            {
                using (writer.Element("td", ("class", "text bars")))
                {
                    if (layer.Sensitivity is { } sensitivity)
                    {
                        InlineBar.Write(writer, sensitivity);
                        writer.Text(Figures.Sensitivity(sensitivity));
                    }
                    else
                    {
                        writer.Text(Figures.None);
                    }
                }
            }

            double before = Share(layer.MultiplyAccumulates, model.Layers.Sum(other => other.MultiplyAccumulates));
            double after = Share(layer.MultiplyAccumulatesLeft, model.Layers.Sum(other => other.MultiplyAccumulatesLeft));
            using (writer.Element("td", ("class", "text bars")))
            {
                InlineBar.WritePair(writer, before, after);
                writer.Text($"{Figures.Percent(before)} \u2192 {Figures.Percent(after)}");
                writer.Leaf("small",
                    $"{Figures.Short(layer.MultiplyAccumulates)} \u2192 {Figures.Short(layer.MultiplyAccumulatesLeft)} MACs");
            }

            writer.Leaf("td", Figures.Count(layer.WeightBytes));
        }

        writer.Line();
    }

    private static double Share(long part, long whole) => whole > 0 ? Math.Max(0, (double)part / whole) : 0;
}
