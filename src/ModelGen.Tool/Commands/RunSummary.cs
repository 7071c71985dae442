using System;
using System.Linq;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen run</c> for people.</summary>
internal static class RunSummary
{
    /// <summary>Writes where the outputs are, or what they are when no file was asked for.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="report">The result.</param>
    public static void Write(Terminal terminal, RunReport report)
    {
        foreach (OutputSummary output in report.Outputs)
        {
            terminal.Output.WriteLine(FormattableString.Invariant(
                $"{output.Name}: {output.Type}[{string.Join(", ", output.Shape)}], {output.Minimum:G6} to {output.Maximum:G6}, mean {output.Mean:G6}"));
            if (report.Output is not null) continue;
            foreach (SampleSummary sample in output.First)
                terminal.Output.WriteLine($"  sample {sample.Sample}: {string.Join(", ", sample.Largest.Select(Describe))}");
            int hidden = report.Samples - output.First.Count;
            if (hidden > 0)
                terminal.Output.WriteLine($"  ... and {Numbers.Count(hidden)} more samples; --output FILE.npz keeps all values");
        }
        if (report.Output is not null) terminal.Output.WriteLine($"written to {report.Output}");
    }

    private static string Describe(RankedElement element)
        => FormattableString.Invariant($"{element.Label ?? "[" + element.Index + "]"} {element.Value:G5}");
}
