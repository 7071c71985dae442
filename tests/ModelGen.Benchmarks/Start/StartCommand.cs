using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Benchmarks.Peers;
using ModelGen.Tool;
using ModelGen.Tool.Output;
using Spectre.Console;

namespace ModelGen.Benchmarks.Start;

/// <summary>
/// <c>start</c>: publishes a NativeAOT executable for each network and starts it many times, in turns with ONNX Runtime in the same
/// executable: time to the first result with everything around it, memory, size.
/// </summary>
internal static class StartCommand
{
    private const string Project = "tests/ModelGen.Benchmarks/StartHost", Artifacts = "artifacts/start";

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("models") { Description = "Model files.", Arity = ArgumentArity.OneOrMore };
        Option<string> library = PeersCommand.Library();
        var starts = new Option<int>("--starts") { Description = "Starts of each.", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Writes a document instead of a table." };
        var command = new Command("start", "Measures the start of NativeAOT executables against ONNX Runtime.") { models, library, starts, json };
        command.SetAction(result =>
        {
            string peer = Path.GetFullPath(result.GetValue(library)!);
            StartRow[] rows = [.. result.GetRequiredValue(models).Select(model => Measure(model, peer, result.GetValue(starts)))];
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, rows);
            else Write(terminal, rows);
            return ToolApplication.Success;
        });
        return command;
    }

    private static StartRow Measure(string model, string library, int starts)
    {
        if (!File.Exists(model)) throw new PeerException($"{model}: there is no such file");
        string folder = Path.Combine(Path.GetFullPath(Artifacts), Path.GetFileNameWithoutExtension(model));
        string file = Path.GetFullPath(model);
        ChildProcess.Run("dotnet", ["publish", Project, "-c", "Release", "-r", "linux-x64", "-o", Path.Combine(folder, "out"), "--artifacts-path", folder, $"-p:ModelFile={file}"]);
        string executable = Path.Combine(folder, "out", "StartHost");
        List<double> ours = [], theirs = [];
        long memory = 0, peerMemory = 0;
        for (int i = 0; i < starts; i++)
        {
            memory = Math.Max(memory, Run([], ours));
            peerMemory = Math.Max(peerMemory, Run([library, file], theirs));
        }

        ours.Sort();
        theirs.Sort();
        return new StartRow(model, ours[0], Contest.Median(ours), memory, new FileInfo(executable).Length, theirs[0], Contest.Median(theirs), peerMemory,
            new FileInfo(library).Length);

        long Run(string[] arguments, List<double> times)
        {
            long start = Stopwatch.GetTimestamp();
            string printed = ChildProcess.Run(executable, arguments);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            return long.Parse(printed, CultureInfo.InvariantCulture);
        }
    }

    private static void Write(Terminal terminal, StartRow[] rows)
    {
        Table table = Tables.Create(Tables.Text("model"), Tables.Number("ms"), Tables.Number("median"), Tables.Number("peer ms"), Tables.Number("median"),
            Tables.Number("MB"), Tables.Number("peer MB"), Tables.Number("file MB"), Tables.Number("library MB"));
        foreach (StartRow row in rows)
        {
            double[] values = [row.Milliseconds, row.MedianMilliseconds, row.PeerMilliseconds, row.PeerMedianMilliseconds, row.PeakKilobytes / 1e3,
                row.PeerPeakKilobytes / 1e3, row.Bytes / 1e6, row.PeerBytes / 1e6];
            table.AddRow([Markup.Escape(Path.GetFileNameWithoutExtension(row.Model)), .. values.Select(value => value.ToString("0.0", CultureInfo.InvariantCulture))]);
        }

        Tables.Write(terminal, table);
    }
}
