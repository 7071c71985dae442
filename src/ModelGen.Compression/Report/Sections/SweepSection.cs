using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Report.Charts;
using ModelGen.Compression.Search;

namespace ModelGen.Compression.Report.Sections;

/// <summary>What every density would be with every number of bits, and which of them nothing beats.</summary>
internal static class SweepSection
{
    /// <summary>Writes the section, if densities were swept.</summary>
    public static void Write(MarkupWriter writer, ReportModel model)
    {
        if (model.Sweep.Count == 0) return;
        int[] bits = [.. model.Sweep.Select(point => point.Bits).Distinct().OrderByDescending(number => number)];
        HashSet<SweepPoint> front = Front(model.Sweep);
        using (Markup.Section(writer, "sweep", "Densities and bits"))
        {
            Markup.Paragraph(writer,
                "Points on the validation samples and bytes of weights, for networks on the way as they were, rounded without "
                + "training on the grids; training wins back much of what few bits lose here.");
            Markup.Paragraph(writer, "soft",
                "Strong: on the Pareto front, nothing is as good at less work, fewer bytes, less time and less energy.");
            using (Markup.Table(writer, "Points by density and bits",
                ["Weights kept", "Work kept", .. bits.Select(number => $"{number} bits")]))
            {
                foreach (var density in model.Sweep.GroupBy(point => (point.WeightsKept, point.WorkKept)))
                    Row(writer, density, bits, front);
            }
        }

        writer.Line();
    }

    /// <summary>The points that no other beats.</summary>
    public static HashSet<SweepPoint> Front(IReadOnlyList<SweepPoint> sweep)
    {
        SweepPoint[] finite = [.. sweep.Where(point => double.IsFinite(point.Quality))];
        return [.. ParetoFront.Find([.. finite.Select(point => new CandidatePoint(
            point.Quality, new([point.WorkKept, point.WeightBytes, point.Microseconds, point.Microjoules])))])
            .Select(index => finite[index])];
    }

    private static void Row(
        MarkupWriter writer, IGrouping<(double Weights, double Work), SweepPoint> density, int[] bits, HashSet<SweepPoint> front)
    {
        using (writer.Element("tr"))
        {
            writer.Leaf("th", QualityChart.Fraction(density.Key.Weights), ("scope", "row"));
            writer.Leaf("td", Figures.Percent(density.Key.Work));
            foreach (int number in bits)
            {
                using (writer.Element("td"))
                {
                    if (density.FirstOrDefault(point => point.Bits == number) is not { } point)
                    {
                        writer.Text(Figures.None);
                        continue;
                    }

                    writer.Leaf(front.Contains(point) ? "strong" : "span", Figures.Points(point.Quality));
                    writer.Leaf("small", Figures.Count(point.WeightBytes));
                }
            }
        }

        writer.Line();
    }
}
