using System.Globalization;
using ModelGen.Compression.Report;
using ModelGen.Compression.Report.Sections;
using ModelGen.Tool.Output;
using Spectre.Console;
using Markup = Spectre.Console.Markup;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen compress</c> for people.</summary>
internal static class CompressTable
{
    /// <summary>Writes the result.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="model">The report.</param>
    /// <param name="output">Name of the file that was written.</param>
    /// <param name="seconds">How long it took.</param>
    public static void Write(Terminal terminal, ReportModel model, string output, double seconds)
    {
        ReportTotals before = model.Before, after = model.After;
        Table table = Tables.Create(Tables.Text(""), Tables.Number("before"), Tables.Number("after"), Tables.Text(""));
        Count("weights that are not zero", before.Weights, after.Weights);
        Count("multiply-accumulates with them", before.NonZeroMultiplyAccumulates, after.NonZeroMultiplyAccumulates);
        Count("multiply-accumulates as compiled", before.MultiplyAccumulates, after.MultiplyAccumulates);
        Count("bytes of weights and tables", before.WeightBytes, after.WeightBytes);
        Count("bytes of the file", before.FileBytes, after.FileBytes);
        Points($"{model.QualityName}, {Numbers.Count(model.ValidationSamples)} validation samples", before.Validation, after.Validation);
        if (before.Test is { } testBefore && after.Test is { } testAfter)
            Points($"{model.TestQualityName}, {Numbers.Count(model.TestSamples)} test samples", testBefore, testAfter);
        Tables.Write(terminal, table);
        if (QualitySection.KneeInWords(model) is { } knee) terminal.Output.WriteLine(knee);
        terminal.Output.WriteLine($"{output}: written after {seconds.ToString("N0", CultureInfo.InvariantCulture)} s");

        void Count(string what, long old, long fresh) =>
            table.AddRow(Markup.Escape(what), Numbers.Count(old), Numbers.Count(fresh), Figures.Factor(old, fresh));

        void Points(string what, double old, double fresh) =>
            table.AddRow(Markup.Escape(what), Two(old), Two(fresh),
                (fresh - old).ToString("+0.00;-0.00;unchanged", CultureInfo.InvariantCulture));
    }

    private static string Two(double points) => points.ToString("0.00", CultureInfo.InvariantCulture);
}
