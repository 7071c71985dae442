using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Tool.Output;
using Spectre.Console;

namespace ModelGen.Benchmarks.Peers;

/// <summary>Comparisons as a table.</summary>
internal static class PeerTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="rows">The comparisons.</param>
    public static void Write(Terminal terminal, IReadOnlyList<PeerRow> rows)
    {
        string[] engines = [.. rows.SelectMany(row => row.Peers.Prepend(row.Ours)).Select(time => time.Engine).Distinct()];
        Table table = Tables.Create(
        [
            Tables.Text("model"), Tables.Number("MACs"), .. engines.SelectMany(Heading),
            Tables.Number("times faster"), Tables.Number("MAC/ns"), Tables.Number("differs by"),
        ]);
        foreach (PeerRow row in rows)
        {
            string name = Path.GetFileNameWithoutExtension(row.Model), peer = Path.GetFileNameWithoutExtension(row.PeerModel);
            table.AddRow(
            [
                Markup.Escape(name == peer ? name : $"{name} : {peer}"), Numbers.Count(row.MultiplyAccumulates),
                .. engines.SelectMany(engine => Times(row.Peers.Prepend(row.Ours).FirstOrDefault(time => time.Engine == engine))),
                row.Ratio.ToString("0.00", CultureInfo.InvariantCulture), Numbers.Measure(row.MultiplyAccumulates / row.Ours.MinimumMicroseconds / 1000),
                row.Difference is { } difference ? difference.ToString("0.0E+0", CultureInfo.InvariantCulture) : "-",
            ]);
        }

        Tables.Write(terminal, table);
    }

    private static TableColumn[] Heading(string engine) => [Tables.Number(engine + " us"), Tables.Number("median")];

    private static string[] Times(PeerTime? time) => time is null ? ["-", "-"] : [Numbers.Measure(time.MinimumMicroseconds), Numbers.Measure(time.MedianMicroseconds)];
}
