using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Benchmarks.Peers;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.PackageTests;
using ModelGen.Tool;
using ModelGen.Tool.Output;
using Spectre.Console;

namespace ModelGen.Benchmarks.Build;

/// <summary>
/// <c>--build</c>: time and memory that generator and C# compiler need for models of 10 KB to 100 MB, each in a process of its own after a
/// small model has warmed both up, as they are in a compiler server.
/// </summary>
internal static class BuildCommand
{
    private const string EmptyClass = "namespace Empty { internal static class Nothing { } }";

    // Widths and numbers of square layers: from 10 KB to 100 MB in steps of about three.
    private static readonly (int Width, int Layers)[] Models =
        [(50, 1), (90, 1), (158, 1), (280, 1), (500, 1), (500, 3), (1000, 3), (1000, 8), (1000, 25)];

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        var one = new Option<int?>("--one") { Description = "Measures one model in this process: its number.", Hidden = true };
        var rounds = new Option<int>("--rounds") { Description = "Times that each is compiled; the least counts.", DefaultValueFactory = _ => 3 };
        var json = new Option<bool>("--json") { Description = "Writes a document instead of a table." };
        var command = new Command("build", "Measures generator and C# compiler against the size of the model.") { one, rounds, json };
        command.SetAction(result =>
        {
            if (result.GetValue(one) is { } index)
            {
                terminal.Output.WriteLine(JsonSerializer.Serialize(Measure(index < 0 ? (8, 1) : Models[index], result.GetValue(rounds))));
                return ToolApplication.Success;
            }

            double baseline = MeasureInProcess(-1, result.GetValue(rounds)).PeakMegabytes;
            BuildRow[] rows = [.. Models.Select((_, i) => MeasureInProcess(i, result.GetValue(rounds)) with { BaselineMegabytes = baseline })];
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, rows);
            else Write(terminal, rows);
            return ToolApplication.Success;
        });
        return command;
    }

    private static BuildRow MeasureInProcess(int index, int rounds)
    {
        // The process is this program, or the host that was given it.
        string path = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(path) == "dotnet" ? [typeof(BuildCommand).Assembly.Location] : [];
        string[] arguments = [.. host, "--build", "--one", Text(index), "--rounds", Text(rounds)];
        try
        {
            return JsonSerializer.Deserialize<BuildRow>(ChildProcess.Run(path, arguments))!;
        }
        catch (PeerException e)
        {
            throw new PeerException($"model {index}: {e.Message}");
        }
    }

    private static BuildRow Measure((int Width, int Layers) shape, int rounds)
    {
        for (int i = 0; i < 3; i++) Compile(LargeModel.Create(8), 1);
        byte[] model = LargeModel.Create(shape.Width, shape.Layers);
        (double generator, double compiler) = Compile(model, rounds);
        return new BuildRow((long)shape.Width * shape.Width * shape.Layers * sizeof(float), generator, compiler, PeakKilobytes() / 1e3, 0);
    }

    // Milliseconds of both, the least of the rounds.
    private static (double Generator, double Compiler) Compile(byte[] model, int rounds)
    {
        List<double> generator = [], compiler = [], empty = [];
        var options = new CompileOptions { WeightsResource = ModelLoader.WeightsResource };
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            CompiledModel compiled = ModelCompiler.Compile(model, "large.onnx", options);
            generator.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds * (compiled.Resource is null ? 1 : 2));
            compiler.Add(SourceCompiler.Compile(compiled.Source, options.Profile, "large.onnx", compiled.Resource).CompileTime.TotalMilliseconds);
            empty.Add(SourceCompiler.Compile(EmptyClass, options.Profile, "empty").CompileTime.TotalMilliseconds);
        }

        return (generator.Min(), Math.Max(0, compiler.Min() - empty.Min()));
    }

    // Most memory that this process had.
    private static long PeakKilobytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Write(Terminal terminal, BuildRow[] rows)
    {
        Table table = Tables.Create(Tables.Number("MB of weights"), Tables.Number("generator ms"), Tables.Number("compiler ms"),
            Tables.Number("seconds a MB"), Tables.Number("MB of memory"), Tables.Number("MB a MB"));
        foreach (BuildRow row in rows)
        {
            double megabytes = row.WeightBytes / 1e6, milliseconds = row.GeneratorMilliseconds + row.CompilerMilliseconds;
            table.AddRow(Format(megabytes, "0.00"), Format(row.GeneratorMilliseconds, "0"), Format(row.CompilerMilliseconds, "0"),
                Format(milliseconds / 1e3 / megabytes, "0.00"), Format(row.PeakMegabytes, "0"),
                Format((row.PeakMegabytes - row.BaselineMegabytes) / megabytes, "0.0"));
        }

        Tables.Write(terminal, table);
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
