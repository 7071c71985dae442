using System;
using ModelGen.Tool.Output;
using ModelGen.Tool.Verification;
using Spectre.Console;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen verify</c> for people.</summary>
internal static class VerifyTable
{
    /// <summary>Writes the result.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="report">The result.</param>
    public static void Write(Terminal terminal, VerifyReport report)
    {
        if (report.Outputs.Count > 0)
        {
            Table table = Tables.Create(
                Tables.Text("output"), Tables.Number("elements"), Tables.Number("max |diff|"), Tables.Number("in steps"),
                Tables.Number("max relative"), Tables.Number("mismatches"), Tables.Number("identical"), Tables.Number("same top-1"));
            foreach (OutputComparison output in report.Outputs)
            {
                string steps = output.MaximumSteps is double number ? Numbers.Measure(number) : "-";
                table.AddRow(
                    Markup.Escape(output.Name), Numbers.Count(output.Elements), Numbers.Measure(output.MaximumAbsoluteDifference), steps,
                    Numbers.Measure(output.MaximumRelativeDifference), Numbers.Count(output.Mismatches),
                    Numbers.Percent(output.Identical, output.Elements), Numbers.Percent(output.TopOneAgreements, output.Samples));
            }
            Tables.Write(terminal, table);
            foreach (OutputComparison output in report.Outputs) WriteWorst(terminal, output, report.AllowedMismatches);
        }
        if (report.Correct is int correct)
        {
            string counts = $"{Numbers.Count(correct)} of {Numbers.Count(report.Samples)}";
            terminal.Output.WriteLine($"accuracy {Numbers.Percent(correct, report.Samples)} ({counts})");
        }
        if (report.Outputs.Count == 0) return;
        string rule = FormattableString.Invariant($"atol {report.Tolerance.Absolute}, rtol {report.Tolerance.Relative}");
        string allowed = report.AllowedMismatches == 0
            ? "" : FormattableString.Invariant($", {report.AllowedMismatches} mismatches allowed");
        string verdict = report.Passed ? "[green]PASSED[/]" : "[red]FAILED[/]";
        terminal.Console.MarkupLine($"{verdict} {Markup.Escape(report.Model)}: {Numbers.Count(report.Samples)} samples, {rule}{allowed}");
    }

    private static void WriteWorst(Terminal terminal, OutputComparison output, int allowed)
    {
        if (output.Worst is not WorstElement worst || output.Mismatches <= allowed) return;
        terminal.Output.WriteLine(FormattableString.Invariant(
            $"largest difference in '{output.Name}': sample {worst.Sample}, element {worst.Index}: ") +
            FormattableString.Invariant($"{worst.Actual:G9} where {worst.Expected:G9} is expected"));
    }
}
