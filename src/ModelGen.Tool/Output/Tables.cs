using System.IO;
using Spectre.Console;

namespace ModelGen.Tool.Output;

/// <summary>Plain tables: first column to the left, numbers to the right, no frame.</summary>
internal static class Tables
{
    /// <summary>Starts a table.</summary>
    /// <param name="columns">Headings; all columns but the first hold numbers.</param>
    public static Table Create(params string[] columns)
    {
        Table table = new() { Border = TableBorder.None };
        foreach (string column in columns)
        {
            TableColumn heading = new TableColumn($"[bold]{Markup.Escape(column)}[/]").PadRight(2).NoWrap();
            table.AddColumn(table.Columns.Count == 0 ? heading : heading.RightAligned());
        }
        return table;
    }

    /// <summary>Writes a table without the blanks that would pad its lines to the width of a terminal.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="table">The table.</param>
    public static void Write(Terminal terminal, Table table)
    {
        if (terminal.IsInteractive)
        {
            terminal.Console.Write(table);
            return;
        }
        using StringWriter text = new();
        new Terminal(text, text, isInteractive: false).Console.Write(table);
        foreach (string line in text.ToString().TrimEnd('\n', '\r').Split('\n')) terminal.Output.WriteLine(line.TrimEnd());
    }
}
