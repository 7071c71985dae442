using System.CommandLine;
using ModelGen.Compiler;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen inspect</c>: shows what a model is made of, what it costs and which kernels were chosen.</summary>
internal static class InspectCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("inspect", "Shows layers, costs and chosen kernels of a model.");
        ModelOptions modelOptions = new(command);
        Option<bool> json = SharedOptions.Json();
        command.Options.Add(json);
        command.SetAction(result =>
        {
            ModelReport report = modelOptions.Read(result).Compile().Model.Report;
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, report);
            else InspectTable.Write(terminal, report);
            return ToolApplication.Success;
        });
        return command;
    }
}
