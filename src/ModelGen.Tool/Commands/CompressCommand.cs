using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Compiler;
using ModelGen.Compression.Data;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Report;
using ModelGen.Graph;
using ModelGen.Tool.Output;
using ModelGen.Tool.Samples;
using ReportBuilder = ModelGen.Compression.Report.ReportBuilder;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen compress</c>: makes a model small and shows what that cost.</summary>
internal sealed class CompressCommand
{
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file (.onnx), float32 or quantized." };
    private readonly Option<string?> _calibration = File("--calibration", "Samples that ranges are measured on and the network is fine-tuned with (.npy, .npy.gz, .npz, .csv).");
    private readonly Option<string?> _labels = File("--labels", "Class of each calibration sample; without it the original network's answers are what counts.");
    private readonly Option<string?> _validation = File("--validation", "Samples that choices are made on; a part of the calibration samples when not given.");
    private readonly Option<string?> _validationLabels = File("--validation-labels", "Class of each validation sample.");
    private readonly Option<string?> _test = File("--test", "Samples that are read once, at the end, for the report.");
    private readonly Option<string?> _testLabels = File("--test-labels", "Class of each test sample.");
    private readonly Option<double> _inputScale = NumberOption.Create("--input-scale", "Factor of all values of the sample files, for example 0.00392156863 for bytes.", 1);
    private readonly Option<string> _inputLayout = Choice("--input-layout", "as-is", "Order of axes in the sample files; nhwc: channels last, where the model has them first.", "as-is", "nhwc");
    private readonly Option<double> _sparsity = NumberOption.Create("--sparsity", "Share of weights that become zero, for example 0.9.", double.NaN);
    private readonly Option<double> _speedup = NumberOption.Create("--speedup", "How many times fewer multiply-accumulates are wanted.", double.NaN);
    private readonly Option<string?> _weightBytes = new("--weight-bytes") { Description = "Bytes of weights and tables in the emitted code that are wanted, for example 20KB.", HelpName = "BYTES" };
    private readonly Option<double> _maximumDrop = NumberOption.Create("--max-accuracy-drop", "Largest loss of accuracy on the validation samples in points.", double.NaN);
    private readonly Option<string> _pattern = Choice("--pattern", "unstructured", "Which weights are removed together.", "unstructured", "pairs", "blocks", "channels", "auto");
    private readonly Option<string> _bits = Choice("--bits", "auto", "Bits a weight; auto gives fewer to neurons that matter less.", "8", "4", "auto");
    private readonly Option<string> _fineTune = new("--fine-tune") { Description = "Epochs of fine-tuning, off, or auto.", HelpName = "off|EPOCHS|auto", DefaultValueFactory = _ => "auto" };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed; the same seed gives the same file.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads; all cores when not given. They do not change the result.", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<string?> _resume = new("--resume") { Description = "Folder for the state of a long run: a stopped run goes on from it.", HelpName = "DIR" };
    private readonly Option<string?> _output = File("--output", "Where the compressed model goes (.onnx).");
    private readonly Option<string?> _json = File("--json", "Where the report goes as JSON.");
    private readonly Option<string?> _report = File("--report", "Where the report for people goes (.html).");
    private const double DefaultDrop = 0.5;
    private readonly Terminal _terminal;

    private CompressCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        var own = new CompressCommand(terminal);
        Command command = new("compress", "Makes a model small: prunes, quantizes, fine-tunes, and shows what that cost.");
        command.Arguments.Add(own._model);
        own._output.Aliases.Add("-o");
        foreach (Option option in (Option[])
            [own._calibration, own._labels, own._validation, own._validationLabels, own._test, own._testLabels, own._inputScale, own._inputLayout,
                own._sparsity, own._speedup, own._weightBytes, own._maximumDrop, own._pattern, own._bits, own._fineTune, own._seed, own._threads, own._resume, own._output, own._json, own._report])
            command.Options.Add(option);
        command.SetAction((result, cancellation) => Task.Run(() => own.Run(result, cancellation)));
        return command;
    }

    private int Run(ParseResult result, CancellationToken cancellation)
    {
        string path = result.GetRequiredValue(_model);
        string calibration = result.GetValue(_calibration) ?? throw new ToolException("compress: give --calibration FILE with samples of the model's input");
        string output = result.GetValue(_output) ?? throw new ToolException("compress: give -o FILE.onnx for the compressed model");
        CompressionSettings settings = Settings(result);
        byte[] file = InputFile.ReadAllBytes(path, new CompileOptions().MaximumModelBytes);
        string name = Path.GetFileName(path);
        try
        {
            ModelGraph network = FloatNetwork.Load(file, name);
            CompressionData data = Data(result, network, calibration, settings.Seed);
            Checkpoint? checkpoint = result.GetValue(_resume) is { } folder ? new Checkpoint(folder, file, settings, data) : null;
            long start = Stopwatch.GetTimestamp();
            CompressionResult compressed = ProgressDisplay.Run(_terminal, report => Compressor.Run(
                file, name, settings, data, progress => report(progress.Stage, progress.Done, progress.Note), checkpoint, cancellation));
            string? html = result.GetValue(_report) is null
                ? null : HtmlReport.Render(ReportBuilder.Create(compressed, name, CommandLine(result), settings, data));
            OutputFile.Write(output, stream => stream.Write(compressed.File));
            var report = new CompressReport(
                name, CommandLine(result), settings.Seed, Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1), compressed.Epochs, data.Training.Count,
                data.Validation.Count, compressed.Before.Weights, compressed.After.NonZeroWeights, compressed.Before.DenseMultiplyAccumulates,
                compressed.After.MultiplyAccumulates, compressed.FloatBytes, compressed.After.WeightBytes, compressed.File.Length,
                compressed.ValidationBefore, compressed.ValidationAfter, compressed.TestBefore, compressed.TestAfter, compressed.Curve);
            if (result.GetValue(_json) is { } json)
            {
                using var text = new StringWriter(CultureInfo.InvariantCulture);
                JsonOutput.Write(text, report);
                OutputFile.Write(json, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
            }

            if (html is not null) OutputFile.Write(result.GetValue(_report)!, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(html)));
            checkpoint?.Remove();
            JsonOutput.Write(_terminal.Output, report with { Curve = [] });
            return ToolApplication.Success;
        }
        catch (OperationCanceledException) when (result.GetValue(_resume) is { } folder)
        {
            _terminal.Note($"stopped; the same command goes on from what is in {folder}");
            throw;
        }
        catch (ModelException e)
        {
            throw new ToolException($"{path}: error {e.Id}: {e.Message}", e);
        }
    }

    private CompressionSettings Settings(ParseResult result)
    {
        double? sparsity = Given(result.GetValue(_sparsity)), speedup = Given(result.GetValue(_speedup));
        if (sparsity is < 0 or >= 1) throw new ToolException("--sparsity: give a share from 0 to below 1");
        if (speedup is < 1) throw new ToolException("--speedup: give a factor of 1 or more");
        double? drop = Given(result.GetValue(_maximumDrop));
        if (drop is < 0) throw new ToolException("--max-accuracy-drop: give points of 0 or more");
        long? bytes = result.GetValue(_weightBytes) is { } text ? Bytes(text) : null;
        string fineTune = result.GetRequiredValue(_fineTune);
        int epochs = 0;
        if (fineTune is not ("off" or "auto") && (!int.TryParse(fineTune, NumberStyles.None, CultureInfo.InvariantCulture, out epochs) || epochs == 0))
            throw new ToolException($"--fine-tune {fineTune}: give off, auto or a number of epochs");
        if (fineTune == "off" && (bytes ?? drop) is not null)
            throw new ToolException("--fine-tune off: there is no search without training; give --sparsity or --speedup instead of --weight-bytes or --max-accuracy-drop");
        int threads = result.GetValue(_threads);
        if (threads is < 1 or > 256) throw new ToolException($"--threads {threads}: give a number from 1 to 256");
        return new CompressionSettings
        {
            Sparsity = sparsity,
            Speedup = speedup,
            WeightBytes = bytes,
            MaximumDrop = drop ?? (fineTune != "off" && sparsity is null && speedup is null && bytes is null ? DefaultDrop : null),
            Pattern = result.GetRequiredValue(_pattern) switch
            {
                "pairs" => PrunePattern.Pairs,
                "blocks" => PrunePattern.Blocks16,
                "channels" => PrunePattern.Channels,
                "auto" => null,
                _ => PrunePattern.Unstructured,
            },
            Bits = result.GetRequiredValue(_bits) switch { "8" => 8, "4" => 4, _ => null },
            Epochs = fineTune switch { "off" => 0, "auto" => null, _ => epochs },
            Seed = result.GetValue(_seed),
            Threads = threads,
        };
    }

    private static long Bytes(string text)
    {
        string number = text.TrimEnd().ToUpperInvariant();
        long unit = number.EndsWith("KB", StringComparison.Ordinal) ? 1000 : number.EndsWith("MB", StringComparison.Ordinal) ? 1_000_000 : 1;
        if (unit > 1) number = number[..^2];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || value < 1 || value > 1e9)
            throw new ToolException($"--weight-bytes {text}: give a number of bytes such as 20000 or 20KB");
        return (long)(value * unit);
    }

    private CompressionData Data(ParseResult result, ModelGraph network, string calibration, int seed)
    {
        var layout = new SampleLayout((float)result.GetValue(_inputScale), result.GetValue(_inputLayout) == "nhwc");
        SampleSet Read(string path, Option<string?> labels, string what)
        {
            SampleSet samples = SampleFiles.Read(path, result.GetValue(labels), network.Inputs[0], layout);
            NetworkChecks.CheckSamples(network, what, samples);
            return samples;
        }

        SampleSet training = Read(calibration, _labels, "calibration");
        SampleSet? test = result.GetValue(_test) is { } testPath ? Read(testPath, _testLabels, "test") : null;
        if (result.GetValue(_validation) is { } path) return new CompressionData(training, Read(path, _validationLabels, "validation"), test);
        (SampleSet left, SampleSet held) = DataSplit.HoldOut(training, seed);
        return new CompressionData(left, held, test);
    }

    private static string CommandLine(ParseResult result) => "modelgen " + string.Join(' ', result.Tokens.Select(token => token.Value));

    private static double? Given(double value) => double.IsNaN(value) ? null : value;

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static Option<string> Choice(string name, string fallback, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
