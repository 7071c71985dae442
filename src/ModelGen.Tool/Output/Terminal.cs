using System.IO;
using Spectre.Console;

namespace ModelGen.Tool.Output;

/// <summary>Where the tool writes: results to standard output, remarks and errors to standard error.</summary>
internal sealed class Terminal
{
    // Redirected output has no width; tables should not be folded there.
    private const int RedirectedWidth = 400;

    /// <summary>Wraps two writers.</summary>
    /// <param name="output">Results.</param>
    /// <param name="error">Remarks and errors.</param>
    /// <param name="isInteractive">Whether results go to a terminal: colours and progress are for people.</param>
    /// <param name="showsProgress">Whether remarks go to a terminal, where a bar may show how far long work is.</param>
    public Terminal(TextWriter output, TextWriter error, bool isInteractive, bool showsProgress = false)
    {
        ShowsProgress = showsProgress;
        Output = output;
        Error = error;
        IsInteractive = isInteractive;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isInteractive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isInteractive) Console.Profile.Width = RedirectedWidth;
    }

    /// <summary>Receives results.</summary>
    public TextWriter Output { get; }

    /// <summary>Receives remarks and errors.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether results go to a terminal.</summary>
    public bool IsInteractive { get; }

    /// <summary>Whether remarks go to a terminal.</summary>
    public bool ShowsProgress { get; }

    /// <summary>For tables and styled text.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Writes a remark that is no part of the result.</summary>
    /// <param name="message">One line.</param>
    public void Note(string message) => Error.WriteLine("note: " + OneLine(message));

    /// <summary>Writes the one line that says why the tool gives up.</summary>
    /// <param name="message">The reason.</param>
    public void Fail(string message) => Error.WriteLine("modelgen: " + OneLine(message));

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
