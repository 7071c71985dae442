using System.Collections.Generic;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Output;
using ModelGen.Tool.Tensors;
using Spectre.Console;

namespace ModelGen.Tool.Commands;

/// <summary>Runs a model with a progress bar when somebody watches.</summary>
internal static class ModelProgress
{
    /// <summary>Runs all samples.</summary>
    /// <param name="terminal">Where the bar goes.</param>
    /// <param name="model">The model.</param>
    /// <param name="inputs">One array an input.</param>
    /// <param name="samples">Number of samples.</param>
    public static IReadOnlyList<NamedTensor> Run(Terminal terminal, IModel model, IReadOnlyList<BoundInput> inputs, int samples)
    {
        if (!terminal.IsInteractive || samples == 1) return ModelRunner.Run(model, inputs);
        return terminal.Console.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask task = context.AddTask("samples", maxValue: samples);
            return ModelRunner.Run(model, inputs, done => task.Value = done);
        });
    }
}
