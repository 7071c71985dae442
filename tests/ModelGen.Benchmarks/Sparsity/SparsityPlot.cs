using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security;
using System.Text;

namespace ModelGen.Benchmarks.Sparsity;

/// <summary>Times faster against the share of zeros, a line a network, as SVG.</summary>
internal static class SparsityPlot
{
    private const double Width = 760, Height = 420, Left = 46, Right = 170, Top = 18, Bottom = 44;

    // Distinct in grey and for most colour-blind readers (Okabe and Ito).
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c8c00"];

    /// <summary>Draws the rows.</summary>
    /// <param name="rows">Those of a network behind each other, in ascending order of zeros.</param>
    public static string Draw(SparsityRow[] rows)
    {
        double most = Math.Ceiling(Math.Max(1.5, rows.Max(row => row.TimesFaster)));
        double X(double zeros) => Left + zeros * (Width - Left - Right);
        double Y(double times) => Height - Bottom - times / most * (Height - Top - Bottom);
        var svg = new StringBuilder();
        svg.AppendLine(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">"));
        svg.AppendLine("<title>Times faster than without zeros</title>");
        svg.AppendLine(Invariant($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>"));
        for (int times = 0; times <= most; times++)
        {
            string stroke = times == 1 ? "#666666" : "#dddddd";
            svg.AppendLine(Invariant($"<path d=\"M{Left} {Y(times):0.#}H{X(1):0.#}\" stroke=\"{stroke}\"/><text x=\"{Left - 8}\" y=\"{Y(times) + 4:0.#}\" text-anchor=\"end\">{times}</text>"));
        }

        foreach (double zeros in rows.Select(row => row.Zeros).Distinct())
            svg.AppendLine(Invariant($"<text x=\"{X(zeros):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{100 * zeros:0}</text>"));
        svg.AppendLine(Invariant($"<text x=\"{X(0.5):0.#}\" y=\"{Height - 8}\" text-anchor=\"middle\">% of the weights that are zero</text>"));
        SparsityRow[][] networks = [.. rows.GroupBy(row => row.Model).Select(group => group.ToArray())];

        // Names stand at the ends of their lines, as far apart as they are high.
        double lowest = double.NegativeInfinity;
        foreach ((SparsityRow[] network, int index) in networks.Select((network, index) => (network, index)).OrderBy(pair => Y(pair.network[^1].TimesFaster)))
        {
            string colour = Colours[index % Colours.Length], dash = index >= Colours.Length ? " stroke-dasharray=\"4 3\"" : "";
            string line = string.Join(" ", network.Select(row => Invariant($"{X(row.Zeros):0.#},{Y(row.TimesFaster):0.#}")));
            svg.AppendLine(Invariant($"<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>"));
            lowest = Math.Max(lowest + 15, Y(network[^1].TimesFaster) + 4);
            string name = SecurityElement.Escape(Path.GetFileNameWithoutExtension(network[0].Model))!;
            svg.AppendLine(Invariant($"<text x=\"{X(network[^1].Zeros) + 26:0.#}\" y=\"{lowest:0.#}\" fill=\"{colour}\">{name}</text>"));
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
