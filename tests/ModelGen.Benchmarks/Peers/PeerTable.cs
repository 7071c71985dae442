using System.Collections.Generic;
using System.Globalization;
using System.IO;
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
        Table table = Tables.Create(Tables.Text("model"), Tables.Number("MACs"), Tables.Number("us"), Tables.Number("median"),
            Tables.Number("peer us"), Tables.Number("median"), Tables.Number("times faster"), Tables.Number("MAC/ns"),
            Tables.Number("differs by"));
        foreach (PeerRow row in rows)
        {
            string name = Path.GetFileNameWithoutExtension(row.Model), peer = Path.GetFileNameWithoutExtension(row.PeerModel);
            table.AddRow(Markup.Escape(name == peer ? name : $"{name} : {peer}"), Numbers.Count(row.MultiplyAccumulates),
                Numbers.Measure(row.Ours.MinimumMicroseconds), Numbers.Measure(row.Ours.MedianMicroseconds),
                Numbers.Measure(row.Peer.MinimumMicroseconds), Numbers.Measure(row.Peer.MedianMicroseconds),
                row.Ratio.ToString("0.00", CultureInfo.InvariantCulture),
                Numbers.Measure(row.MultiplyAccumulates / row.Ours.MinimumMicroseconds / 1000),
                row.Difference is { } difference ? difference.ToString("0.0E+0", CultureInfo.InvariantCulture) : "-");
        }

        Tables.Write(terminal, table);
    }
}
