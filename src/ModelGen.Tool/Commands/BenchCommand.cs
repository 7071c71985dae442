using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Tool.Benchmarking;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen bench</c>: measures speed, memory and code size of a compiled model.</summary>
internal static class BenchCommand
{
    private const double MaximumSeconds = 3600;

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("bench", "Measures time, memory and code size of the compiled model.");
        ModelOptions modelOptions = new(command);
        Option<string[]> input = SharedOptions.Input();
        Option<double> seconds = NumberOption.Create("--seconds", "How long to measure.", 2);
        seconds.Validators.Add(result =>
        {
            bool isUsable = result.GetValueOrDefault<double>() is > 0 and <= MaximumSeconds;
            if (!isUsable) result.AddError("--seconds must be more than 0 and at most 3600.");
        });
        Option<bool> json = SharedOptions.Json();
        foreach (Option option in (Option[])[input, seconds, json]) command.Options.Add(option);

        command.SetAction(result =>
        {
            CompileRequest request = modelOptions.Read(result);
            TimedModel compiled = request.Compile();
            using LoadedModel loaded = ModelLoader.Load(compiled.Model, request.Path);
            string[] files = result.GetRequiredValue(input);
            IReadOnlyList<BoundInput> inputs = files.Length == 0
                ? RandomInputs.Create(loaded.Model.Info)
                : ModelInputs.Read(files, loaded.Model.Info, terminal.Note);
            Measurement measurement = ModelTimer.Measure(loaded.Model, inputs, TimeSpan.FromSeconds(result.GetValue(seconds)));
            BenchReport report = CreateReport(request, compiled, loaded.Code, measurement);
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, report);
            else BenchSummary.Write(terminal, report);
            return ToolApplication.Success;
        });
        return command;
    }

    private static BenchReport CreateReport(CompileRequest request, TimedModel compiled, CompiledAssembly code, Measurement measurement)
    {
        ModelReport model = compiled.Model.Report;
        return new BenchReport
        {
            Model = request.Path,
            Profile = request.Options.Profile == Profile.Portable ? "portable" : "modern",
            VectorBits = Vector512.IsHardwareAccelerated
                ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0,
            Runtime = RuntimeInformation.FrameworkDescription,
            Measurement = measurement,
            MultiplyAccumulates = model.MultiplyAccumulates,
            DenseMultiplyAccumulates = model.DenseMultiplyAccumulates,
            MultiplyAccumulatesPerNanosecond = model.MultiplyAccumulates / (measurement.MedianMicroseconds * 1000),
            FileBytes = model.FileBytes,
            WeightBytes = model.WeightBytes,
            WorkspaceBytes = model.WorkspaceBytes,
            SourceCharacters = compiled.Model.Source.Length,
            AssemblyBytes = code.Image.Length,
            InstructionBytes = code.InstructionBytes,
            EmitMilliseconds = compiled.CompileTime.TotalMilliseconds,
            CompileMilliseconds = code.CompileTime.TotalMilliseconds,
        };
    }
}
