using System.Collections.Generic;
using System.CommandLine;
using ModelGen.Compression.Execution;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Output;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen run</c>: runs a model on arrays and writes or shows what comes out.</summary>
internal static class RunCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("run", "Runs the compiled model on arrays and writes its outputs to a file, or shows them.");
        ModelOptions modelOptions = new(command, withTaps: true);
        Option<string[]> input = SharedOptions.Input();
        Option<string?> output = new("--output", "-o")
        {
            Description = "Where outputs go: .npz with one array an output, or .npy or .pb for a single output.",
            HelpName = "FILE",
        };
        Option<bool> json = SharedOptions.Json();
        foreach (Option option in (Option[])[input, output, json]) command.Options.Add(option);

        command.SetAction(result =>
        {
            CompileRequest request = modelOptions.Read(result);
            using LoadedModel loaded = request.Load();
            ModelInfo info = loaded.Model.Info;
            string? outputPath = result.GetValue(output);
            if (outputPath is not null) TensorFiles.CheckWritable(outputPath, info.Outputs.Length);
            IReadOnlyList<BoundInput> inputs = ModelInputs.Read(result.GetRequiredValue(input), info, terminal.Note);
            int samples = ModelRunner.CountSamples(info, inputs) ?? 1;
            IReadOnlyList<NamedTensor> outputs = ModelProgress.Run(terminal, loaded.Model, inputs, samples);
            if (outputPath is not null) TensorFiles.Write(outputPath, outputs);

            RunReport report = RunReport.Create(request.Path, info, outputs, samples, outputPath);
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, report);
            else RunSummary.Write(terminal, report);
            return ToolApplication.Success;
        });
        return command;
    }
}
