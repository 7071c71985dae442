using System;
using Spectre.Console;

namespace ModelGen.Tool.Output;

/// <summary>Long work with a bar, the share that is done and the time left; only remarks where nobody looks.</summary>
internal static class ProgressDisplay
{
    /// <summary>Does the work.</summary>
    /// <param name="terminal">Where the bar goes: to the remarks.</param>
    /// <param name="work">The work; tells what it is doing, the share of all of it that is done, 0 to 1, and a remark or
    /// <see langword="null"/>.</param>
    public static T Run<T>(Terminal terminal, Func<Action<string, double, string?>, T> work)
    {
        if (!terminal.ShowsProgress)
        {
            return work((_, _, remark) =>
            {
                if (remark is not null) terminal.Note(remark);
            });
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        return console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: 1);
                return work((stage, done, remark) =>
                {
                    task.Description = Markup.Escape(stage);
                    task.Value = Math.Max(task.Value, done);
                    if (remark is not null) console.MarkupLineInterpolated($"note: {remark}");
                });
            });
    }
}
