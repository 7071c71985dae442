using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Report.Charts;

/// <summary>Differences of two confusion matrices as a grid: one hue for more, one for less, stronger for larger.</summary>
internal static class HeatMap
{
    /// <summary>Most classes that can be told apart in the space of a phone.</summary>
    public const int MostClasses = 20;

    private const int NumbersUpTo = 12;
    private const double Side = 440, NameWidth = 100, NameHeight = 96, Strongest = 0.8, Weakest = 0.08, FontSize = 12;

    /// <summary>Writes the map.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="names">Names of the classes.</param>
    /// <param name="differences">Result minus original by true class (row) and answer (column).</param>
    public static void Write(MarkupWriter writer, IReadOnlyList<string> names, int[][] differences)
    {
        int classes = names.Count;
        double cell = (Side - NameWidth) / classes, height = NameHeight + cell * classes + 2;
        long largest = Math.Max(1, differences.Max(row => row.Max(value => Math.Abs((long)value))));
        string description = $"{Figures.Count(classes)} by {Figures.Count(classes)} cells. "
            + $"The largest change is {Figures.Count(largest)} samples; the table of confusions has the numbers.";
        using (Drawing.Open(writer, "confusion-map", new ChartSize("map", Side, height), "Change of the answers by true class",
            description))
        {
            Drawing.Text(writer, "label", 0, 14, "start", "true \u2193");
            Drawing.Text(writer, "label", NameWidth - 6, NameHeight - 8, "end", "answer \u2192");
            for (int row = 0; row < classes; row++)
            {
                double y = NameHeight + cell * row;
                Drawing.Text(writer, "tick", NameWidth - 8, y + cell / 2 + 4, "end", Drawing.Fit(names[row], NameWidth - 10, FontSize));
                double x = NameWidth + cell * row + cell / 2 + 4;
                using (writer.Element("g", ("transform",
                    $"translate({Figures.Coordinate(x)} {Figures.Coordinate(NameHeight - 6)}) rotate(-90)")))
                    Drawing.Text(writer, "tick", 0, 0, "start", Drawing.Fit(names[row], NameHeight - 10, FontSize));
                for (int column = 0; column < classes; column++)
                    Cell(writer, NameWidth + cell * column, y, cell, differences[row][column], largest, classes <= NumbersUpTo,
                        row == column);
            }
        }

        writer.Line();
    }

    private static void Cell(MarkupWriter writer, double x, double y, double side, int difference, long largest, bool showsNumber,
        bool isDiagonal)
    {
        Square(isDiagonal ? "cell cell-diagonal" : "cell", 1);
        if (difference == 0) return;
        Square(difference > 0 ? "more" : "less", Math.Max(Weakest, Strongest * Math.Abs((double)difference) / largest));
        if (showsNumber) Drawing.Text(writer, "number", x + side / 2, y + side / 2 + 4, "middle", Figures.Change((long)difference));

        void Square(string style, double opacity)
        {
            string width = Figures.Coordinate(side - 2);
            writer.Empty("rect", ("class", style), ("x", Figures.Coordinate(x + 1)), ("y", Figures.Coordinate(y + 1)), ("width", width),
                ("height", width), ("fill-opacity", Figures.Coordinate(opacity)));
        }
    }
}
