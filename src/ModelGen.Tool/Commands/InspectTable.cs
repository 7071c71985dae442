using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Tool.Output;
using Spectre.Console;
using Profile = ModelGen.Compiler.Profile;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen inspect</c> for people.</summary>
internal static class InspectTable
{
    /// <summary>Writes the result.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="report">What was compiled.</param>
    public static void Write(Terminal terminal, ModelReport report)
    {
        TextWriter output = terminal.Output;
        string producer = report.Producer.Length == 0 ? "" : $"producer {report.Producer}, ";
        string profile = report.Profile == Profile.Portable ? "portable" : "modern";
        output.WriteLine(FormattableString.Invariant(
            $"{report.FileName}: {producer}opset {report.Opset}, {report.FileBytes:N0} bytes, profile {profile}"));
        foreach (TensorReport input in report.Inputs) output.WriteLine("input   " + Describe(input));
        foreach (TensorReport tensor in report.Outputs) output.WriteLine("output  " + Describe(tensor));
        if (report.Labels.Count > 0) output.WriteLine("labels  " + string.Join(", ", report.Labels));
        output.WriteLine();
        WriteLayers(terminal, report);
        output.WriteLine();
        WriteBits(terminal, report);
        WriteTotals(terminal, report);
    }

    private static void WriteLayers(Terminal terminal, ModelReport report)
    {
        Table table = Tables.Create(
            Tables.Number("#"), Tables.Text("layer"), Tables.Text("name"), Tables.Text("shape"), Tables.Number("weights"),
                Tables.Number("non-zero"),
            Tables.Number("bits"), Tables.Number("MACs"), Tables.Number("bytes"), Tables.Text("kernel"), Tables.Text("why"));
        foreach (LayerReport layer in report.Layers)
        {
            bool hasWeights = layer.Weights > 0, hasWork = layer.MultiplyAccumulates > 0;
            table.AddRow(
                Numbers.Count(layer.Index), Markup.Escape(layer.Operation), Markup.Escape(layer.Name), Markup.Escape(layer.Shape),
                hasWeights ? Numbers.Count(layer.Weights) : "", hasWeights ? Share(layer.NonZeroWeights, layer.Weights) : "",
                hasWeights ? Numbers.Bits(layer.Bits) : "", hasWork ? Numbers.Count(layer.MultiplyAccumulates) : "",
                layer.WeightBytes > 0 ? Numbers.Count(layer.WeightBytes) : "", Markup.Escape(layer.Kernel), Markup.Escape(layer.Reason));
        }
        Tables.Write(terminal, table);
    }

    // Neurons by bits of each layer whose neurons differ.
    private static void WriteBits(Terminal terminal, ModelReport report)
    {
        LayerReport[] layers = [.. report.Layers.Where(layer => layer.NeuronsByBits.Count(neurons => neurons > 0) > 1)];
        if (layers.Length == 0) return;
        Table table = Tables.Create(Tables.Number("#"), Tables.Text("layer"), Tables.Text("neurons by bits"));
        foreach (LayerReport layer in layers)
            table.AddRow(Numbers.Count(layer.Index), Markup.Escape(layer.Operation), Markup.Escape(Histogram(layer.NeuronsByBits)));
        Tables.Write(terminal, table);
        terminal.Output.WriteLine();
    }

    private static void WriteTotals(Terminal terminal, ModelReport report)
    {
        TextWriter output = terminal.Output;
        string nonZero = $"{Numbers.Count(report.NonZeroWeights)} of them not zero ({Share(report.NonZeroWeights, report.Weights)})";
        output.WriteLine($"weights               {Numbers.Count(report.Weights)}, {nonZero}");
        if (report.Weights > 0) output.WriteLine("neurons by bits       " + Histogram(report.NeuronsByBits));
        output.WriteLine($"weight bytes          {Numbers.Count(report.WeightBytes)}");
        string dense = Numbers.Count(report.DenseMultiplyAccumulates);
        output.WriteLine($"multiply-accumulates  {Numbers.Count(report.MultiplyAccumulates)} of {dense} were no weight zero");
        output.WriteLine($"workspace bytes       {Numbers.Count(report.WorkspaceBytes)} (lower bound {Numbers.Count(report.WorkspaceLowerBound)})");
    }

    // How many neurons (output channels) have weights of so many bits.
    private static string Histogram(IEnumerable<int> neuronsByBits)
        => string.Join(", ", neuronsByBits.Select((neurons, bits) => (neurons, bits)).Where(entry => entry.neurons > 0)
            .Select(entry => FormattableString.Invariant($"{entry.bits} bits: {entry.neurons:N0}")));

    private static string Describe(TensorReport tensor)
    {
        string shape = string.Join(", ", tensor.Shape.Select(d => FormattableString.Invariant($"{d}")));
        string text = $"{tensor.Name}: {tensor.Element.ToString().ToLowerInvariant()}[{shape}]";
        if (tensor.QuantizedElement == ElementType.Undefined) return text;
        return text + FormattableString.Invariant(
            $", inside {tensor.QuantizedElement.ToString().ToLowerInvariant()} with scale {tensor.Scale:G9}, zero point {tensor.ZeroPoint}");
    }

    private static string Share(long part, long whole)
        => whole == 0 ? "-" : FormattableString.Invariant($"{100.0 * part / whole:0.#} %");
}
