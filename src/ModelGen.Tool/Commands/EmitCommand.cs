using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Compiler;
using ModelGen.Generator;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Commands;

/// <summary><c>modelgen emit</c>: writes the C# that the generator would add to a project.</summary>
internal static class EmitCommand
{
    private const int MaximumLabelBytes = 16 << 20;

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("emit", "Writes the C# of a model.");
        ModelOptions modelOptions = new(command);
        Option<string> output = new("--output", "-o")
        {
            Description = "Where the C# goes; - is standard output.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "-",
        };
        Option<string> space = new("--namespace")
        {
            Description = "Namespace of the class.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "",
        };
        Option<string?> className = new("--class")
        {
            Description = "Name of the class; the name of the file in PascalCase when not given.",
            HelpName = "NAME",
        };
        Option<string?> labels = new("--labels")
        {
            Description = "Text file with the class names of the first output, one a line.",
            HelpName = "FILE",
        };
        Option<bool> json = new("--json") { Description = "Writes the report as JSON to standard output; needs -o FILE for the C#." };
        foreach (Option option in (Option[])[output, space, className, labels, json]) command.Options.Add(option);

        command.SetAction(result =>
        {
            string target = result.GetRequiredValue(output);
            if (result.GetValue(json) && target == "-")
                throw new ToolException("emit: --json needs -o FILE, because standard output cannot hold both");
            CompileRequest request = modelOptions.Read(result);
            request = request with
            {
                Options = request.Options with
                {
                    // The C# is all there is.
                    WeightsResource = "",
                    Namespace = CheckedNamespace(result.GetRequiredValue(space)),
                    ClassName = CheckedClassName(result.GetValue(className), request.Path),
                    Labels = result.GetValue(labels) is string path ? ReadLabels(path) : default,
                },
            };
            CompiledModel model = request.Compile().Model;
            if (target == "-") terminal.Output.Write(model.Source);
            else OutputFile.Write(target, stream => stream.Write(Encoding.UTF8.GetBytes(model.Source)));
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, model.Report);
            return ToolApplication.Success;
        });
        return command;
    }

    private static string CheckedNamespace(string name)
        => name.Length == 0 || IdentifierNames.IsValidNamespace(name)
            ? name
            : throw new ToolException($"--namespace {name}: use C# identifiers with dots between them");

    private static string CheckedClassName(string? name, string modelPath)
    {
        if (name is null) return IdentifierNames.ClassNameFor(Path.GetFileName(modelPath));
        return IdentifierNames.IsValidClassName(name)
            ? name
            : throw new ToolException(
                $"--class {name}: use a C# identifier that is not a keyword and not the name of a member such as Run or Info");
    }

    private static EquatableArray<string> ReadLabels(string path)
    {
        string text = Encoding.UTF8.GetString(InputFile.ReadAllBytes(path, MaximumLabelBytes));
        string[] lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        return new EquatableArray<string>(lines.Select(line => line.Trim()).Where(line => line.Length > 0));
    }
}
