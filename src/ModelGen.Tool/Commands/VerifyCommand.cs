using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using ModelGen.Compression.Execution;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Output;
using ModelGen.Tool.Tensors;
using ModelGen.Tool.Verification;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen verify</c>: runs a model and compares its outputs with expected values.</summary>
internal static class VerifyCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("verify", "Compares the outputs of the compiled model with expected values; exit code 1 when they differ.");
        ModelOptions modelOptions = new(command, withTaps: true);
        Option<string[]> input = SharedOptions.Input();
        Option<string[]> expected = new("--expected")
        {
            Description = "Expected outputs: FILE, or NAME=FILE when the model has several outputs (.npy, .npz, .pb). May be repeated.",
            HelpName = "[NAME=]FILE",
            DefaultValueFactory = _ => [],
        };
        Option<double> atol = NumberOption.Create("--atol", "Absolute tolerance.", 1e-4);
        Option<double> rtol = NumberOption.Create("--rtol", "Tolerance relative to the expected value.", 0);
        Option<string?> labels = new("--labels")
        {
            Description = "True class of every sample (.npy): prints the accuracy of the first output.",
            HelpName = "FILE",
        };
        Option<int> allowed = new("--allow-mismatches")
        {
            Description = "Elements of an output that may lie outside the tolerance.",
            DefaultValueFactory = _ => 0,
        };
        Option<bool> json = SharedOptions.Json();
        foreach (Option option in (Option[])[input, expected, atol, rtol, labels, allowed, json]) command.Options.Add(option);
        foreach (Option<double> option in (Option<double>[])[atol, rtol])
        {
            option.Validators.Add(result =>
            {
                if (!(result.GetValueOrDefault<double>() >= 0)) result.AddError($"{option.Name} must be 0 or more.");
            });
        }

        allowed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0) result.AddError($"{allowed.Name} must be 0 or more.");
        });
        command.SetAction(result =>
        {
            string[] expectedFiles = result.GetRequiredValue(expected);
            string? labelsPath = result.GetValue(labels);
            if (expectedFiles.Length == 0 && labelsPath is null) throw new ToolException("verify: give --expected, --labels or both");
            CompileRequest request = modelOptions.Read(result);
            using LoadedModel loaded = request.Load();
            ModelInfo info = loaded.Model.Info;
            IReadOnlyList<BoundInput> inputs = ModelInputs.Read(result.GetRequiredValue(input), info, terminal.Note);
            Dictionary<string, NamedFile> references = ReadExpected(expectedFiles, info, request);
            int samples = ModelRunner.CountSamples(info, inputs) ?? 1;
            IReadOnlyList<NamedTensor> outputs = ModelProgress.Run(terminal, loaded.Model, inputs, samples);

            Tolerance tolerance = new(result.GetValue(atol), result.GetValue(rtol));
            List<OutputComparison> comparisons = [];
            for (int i = 0; i < outputs.Count; i++)
            {
                if (!references.TryGetValue(outputs[i].Name, out NamedFile? reference))
                {
                    if (references.Count > 0) terminal.Note($"output '{outputs[i].Name}' is not compared: --expected has no file for it");
                    continue;
                }

                double step = info.Outputs[i].QuantizedType is null ? 0 : info.Outputs[i].Scale;
                comparisons.Add(TensorComparer.Compare(outputs[i], reference.Tensor, reference.Origin, samples, tolerance, step));
            }
            int? correct = labelsPath is null
                ? null
                : TensorComparer.CountCorrect(outputs[0].Tensor, TensorFiles.ReadSingle(labelsPath), labelsPath, samples);
            bool passed = comparisons.All(c => c.Mismatches <= result.GetValue(allowed));
            VerifyReport report = new(
                request.Path, samples, tolerance, result.GetValue(allowed), comparisons, correct, (double?)correct / samples, passed);
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, report);
            else VerifyTable.Write(terminal, report);
            return passed ? ToolApplication.Success : ToolApplication.CheckFailed;
        });
        return command;
    }

    /// <summary>Reads the expected arrays. A file without a name means the output of the model itself, never a tap.</summary>
    private static Dictionary<string, NamedFile> ReadExpected(string[] files, ModelInfo info, CompileRequest request)
    {
        string[] names = info.Outputs.ToArray().Select(o => o.Name).ToArray();
        string[] own = names.Except(request.Options.ExtraOutputs).ToArray();
        return NamedFiles.Read(files, names, own.Length == 1 ? own[0] : null, "--expected", "output");
    }
}
