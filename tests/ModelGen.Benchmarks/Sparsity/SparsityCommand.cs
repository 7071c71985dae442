using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Benchmarks.Peers;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Tool;
using ModelGen.Tool.Output;
using Spectre.Console;

namespace ModelGen.Benchmarks.Sparsity;

/// <summary><c>--sparsity</c>: networks against themselves with 40 to 95 % of the weights set to zero, wherever they are, in turns.</summary>
internal static class SparsityCommand
{
    private static readonly double[] Shares = [0, 0.4, 0.5, 0.7, 0.8, 0.9, 0.95];

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("models") { Description = "Model files.", Arity = ArgumentArity.OneOrMore };
        var rounds = new Option<int>("--rounds") { Description = "Turns of each.", DefaultValueFactory = _ => 7 };
        var milliseconds = new Option<int>("--milliseconds") { Description = "How long a turn is.", DefaultValueFactory = _ => 80 };
        var json = new Option<bool>("--json") { Description = "Writes a document instead of a table." };
        var plot = new Option<string>("--plot") { Description = "Draws the rows, too: an SVG file." };
        var command = new Command("sparsity", "Measures what zeros are worth.") { models, rounds, milliseconds, json, plot };
        command.SetAction(result =>
        {
            TimeSpan turn = TimeSpan.FromMilliseconds(result.GetValue(milliseconds));
            SparsityRow[] rows = [.. result.GetRequiredValue(models).SelectMany(model => Measure(model, result.GetValue(rounds), turn))];
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, rows);
            else Write(terminal, rows);
            if (result.GetValue(plot) is { } file) File.WriteAllText(file, SparsityPlot.Draw(rows));
            return ToolApplication.Success;
        });
        return command;
    }

    private static IEnumerable<SparsityRow> Measure(string path, int rounds, TimeSpan turn)
    {
        if (!File.Exists(path)) throw new PeerException($"{path}: there is no such file");
        var options = new CompileOptions { Namespace = "Benchmarks", Optimize = Optimization.Speed };
        ModelGraph graph = OnnxImporter.Import(File.ReadAllBytes(path), options);
        CompiledModel[] models = [.. Shares.Select(share => ModelCompiler.Compile(MagnitudePruner.Run(graph, share), Path.GetFileName(path), options))];
        IPeer[] peers = [.. models.Select(model => Load(model, path))];
        try
        {
            IReadOnlyList<PeerTime> times = Contest.Run(peers, rounds, turn);
            return [.. Shares.Select((share, i) => new SparsityRow(path, share, times[i].MinimumMicroseconds,
                times[0].MinimumMicroseconds / times[i].MinimumMicroseconds, models[i].Report.WeightBytes))];
        }
        finally
        {
            foreach (IPeer peer in peers) peer.Dispose();
        }
    }

    private static CompiledPeer Load(CompiledModel model, string path)
    {
        LoadedModel loaded = ModelLoader.Load(model, path);
        return new CompiledPeer(loaded, PeerComparison.Inputs(loaded.Model.Info));
    }

    private static void Write(Terminal terminal, SparsityRow[] rows)
    {
        Table table = Tables.Create(Tables.Text("model"), Tables.Number("zeros"), Tables.Number("us"), Tables.Number("times faster"), Tables.Number("bytes"));
        foreach (SparsityRow row in rows)
            table.AddRow(Markup.Escape(Path.GetFileNameWithoutExtension(row.Model)), row.Zeros.ToString("0 %", CultureInfo.InvariantCulture),
                Numbers.Measure(row.Microseconds), row.TimesFaster.ToString("0.00", CultureInfo.InvariantCulture), Numbers.Count(row.WeightBytes));
        Tables.Write(terminal, table);
    }
}
