using System.IO;
using Spectre.Console;

namespace ModelGen.Tool.Output;

/// <summary>Plain tables without frames.</summary>
internal static class Tables
{
    /// <summary>Starts a table.</summary>
    /// <param name="columns">Columns, made by <see cref="Text"/> and <see cref="Number"/>.</param>
    public static Table Create(params TableColumn[] columns)
    {
        Table table = new() { Border = TableBorder.None };
        table.AddColumns(columns);
        return table;
    }

    /// <summary>A column of words: to the left, folded where a terminal is narrow.</summary>
    /// <param name="heading">Its heading.</param>
    public static TableColumn Text(string heading) => new TableColumn(Heading(heading)).PadRight(2);

    /// <summary>A column of numbers: to the right, never folded.</summary>
    /// <param name="heading">Its heading.</param>
    public static TableColumn Number(string heading) => new TableColumn(Heading(heading)).PadRight(2).NoWrap().RightAligned();

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
        foreach (string line in text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            terminal.Output.WriteLine(line.TrimEnd());
    }

    private static string Heading(string text) => $"[bold]{Markup.Escape(text)}[/]";
}
