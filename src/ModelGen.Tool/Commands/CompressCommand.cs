using System;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Compiler;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Report;
using ModelGen.Graph;
using ModelGen.Tool.Output;
using ReportBuilder = ModelGen.Compression.Report.ReportBuilder;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen compress</c>: makes a model small and shows what that cost.</summary>
internal sealed class CompressCommand
{
    private readonly Terminal _terminal;
    private readonly CompressOptions _options = new();

    private CompressCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        var own = new CompressCommand(terminal);
        Command command = new("compress", "Makes a model small: prunes, quantizes, fine-tunes, and shows what that cost.");
        own._options.AddTo(command);
        command.SetAction((result, cancellation) => Task.Run(() => own.Run(result, cancellation)));
        return command;
    }

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        string path = _options.Model(result), output = _options.Output(result);
        CompressionSettings settings = _options.Settings(result);

        // Minutes of work are not to be lost on a folder that is not there, or on one file written over another.
        string[] targets = [.. ((string?[])[output, _options.Json(result), _options.Report(result)]).OfType<string>()];
        foreach (string target in targets) OutputFile.Check(target);
        if (targets.Append(path).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Count() <= targets.Length)
            throw new ToolException("compress: model, -o, --json and --report must be different files");
        byte[] file = InputFile.ReadAllBytes(path, new CompileOptions().MaximumModelBytes);
        string name = Path.GetFileName(path);
        try
        {
            ModelGraph network = FloatNetwork.Load(file, name, settings.InputShapes);
            NetworkChecks.CheckNetwork(network, name);
            CompressionData data = _options.Data(result, network, settings.Seed);
            Checkpoint? checkpoint = _options.Resume(result) is { } folder ? new Checkpoint(folder, file, settings, data) : null;
            checkpoint?.Probe();
            long start = Stopwatch.GetTimestamp();
            CompressionResult compressed = ProgressDisplay.Run(_terminal, report => Compressor.Run(
                file, name, settings, data, progress => report(progress.Stage, progress.Done, progress.Note), checkpoint, cancellation));
            double seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1);

            // Everything is made before anything is written.
            ReportModel model = ReportBuilder.Create(compressed, name, CommandLine(result), settings, data);
            string json = Json(CompressReport.Create(compressed, model, seconds));
            string html = _options.Report(result) is null ? "" : HtmlReport.Render(model);
            OutputFile.Write(output, stream => stream.Write(compressed.File));
            if (_options.Json(result) is { } jsonPath) Write(jsonPath, json);
            if (_options.Report(result) is { } htmlPath) Write(htmlPath, html);
            checkpoint?.Remove();
            CompressTable.Write(_terminal, model, Path.GetFileName(output), seconds);
            foreach (string target in compressed.MissedTargets) _terminal.Fail($"target missed: {target}");
            return compressed.MissedTargets.Count == 0 ? ToolApplication.Success : ToolApplication.CheckFailed;
        }
        catch (OperationCanceledException) when (_options.Resume(result) is { } folder)
        {
            _terminal.Note($"stopped; the same command goes on from what is in {folder}");
            throw;
        }
        catch (ModelException e)
        {
            throw new ToolException($"{path}: error {e.Id}: {e.Message}", e);
        }
    }

    private static string Json(CompressReport report)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        JsonOutput.Write(text, report);
        return text.ToString();
    }

    private static void Write(string path, string text) => OutputFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static string CommandLine(ParseResult result) => "modelgen " + string.Join(' ', result.Tokens.Select(token =>
        token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value));
}
