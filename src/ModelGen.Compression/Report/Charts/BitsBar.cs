using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Report.Charts;

/// <summary>Shares of the neurons of a layer by the bits of their weights, stacked from few bits to many.</summary>
internal static class BitsBar
{
    /// <summary>Widths that have a shade of their own; more bits share the last one.</summary>
    public const int Shades = 9;

    private const double Width = 132, Height = 14;

    /// <summary>The shade of a number of bits: from <c>bits-0</c>, no weights left, to <c>bits-9</c>, more than 8.</summary>
    public static string Shade(int bits) => "bits-" + Figures.Count(bits > 8 ? Shades : bits);

    /// <summary>For example <c>0 bits: 3, 2 bits: 10, 4 bits: 7</c>.</summary>
    /// <param name="neurons">Neurons by bits.</param>
    public static string Words(IReadOnlyList<int> neurons) => string.Join(
        ", ", Enumerable.Range(0, neurons.Count).Where(bits => neurons[bits] > 0)
            .Select(bits => $"{Figures.Count(bits)} bits: {Figures.Count(neurons[bits])}"));

    /// <summary>The mean in words, for example <c>mean 3.4 bits</c>; neurons without weights count with 0 bits.</summary>
    /// <param name="neurons">Neurons by bits.</param>
    public static string Summary(IReadOnlyList<int> neurons)
    {
        double all = neurons.Sum(count => (double)count),
            bits = Enumerable.Range(0, neurons.Count).Sum(width => width * (double)neurons[width]);
        return all > 0 ? FormattableString.Invariant($"mean {bits / all:0.0} bits, {all:N0} neurons") : Figures.None;
    }

    /// <summary>Writes the bar.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="id">Unique in the document.</param>
    /// <param name="neurons">Neurons by bits; at least one neuron.</param>
    public static void Write(MarkupWriter writer, string id, IReadOnlyList<int> neurons)
    {
        double all = neurons.Sum(count => (long)count), x = 0;
        using (writer.Element("svg", ("class", "inline"), ("role", "img"), ("aria-labelledby", id), ("width", Figures.Coordinate(Width)),
            ("height", Figures.Coordinate(Height)), ("viewBox", $"0 0 {Figures.Coordinate(Width)} {Figures.Coordinate(Height)}")))
        {
            writer.Leaf("title", "Neurons by bits: " + Words(neurons), ("id", id));
            for (int bits = 0; bits < neurons.Count; bits++)
            {
                double width = neurons[bits] / all * Width;
                Drawing.Box(writer, Shade(bits), x, 0, width, Height);

                // Neighbouring shades are told apart by a gap, not by colour alone.
                if (x > 0 && width > 0) Drawing.Line(writer, "gap", x, 0, x, Height);
                x += width;
            }
        }
    }

    /// <summary>Writes the shades with their numbers of bits.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="used">Numbers of bits that occur, ascending.</param>
    public static void WriteLegend(MarkupWriter writer, IReadOnlyList<int> used)
    {
        using (writer.Element("ul", ("class", "legend"), ("aria-label", "Bits a weight")))
        {
            foreach (int bits in used)
            {
                using (writer.Element("li"))
                {
                    using (Drawing.OpenKey(writer))
                        Drawing.Box(writer, Shade(bits), 0, 0, 14, 14);
                    writer.Text(bits == 0 ? "0 bits: no weights left" : $"{Figures.Count(bits)} bits");
                }
            }
        }
    }
}
