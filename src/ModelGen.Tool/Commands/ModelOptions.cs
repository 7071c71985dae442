using System.CommandLine;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;

namespace ModelGen.Tool.Commands;

/// <summary>The argument and options that every command has because every command compiles a model.</summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file (.onnx)." };

    private readonly Option<string> _profile = new("--profile")
    {
        Description = "modern: .NET 8 and later, vectorized. portable: netstandard2.1 and Mono, C# 8, scalar.",
        DefaultValueFactory = _ => "modern",
    };

    private readonly Option<string> _optimize = new("--optimize")
    {
        Description = "What kernels are chosen for: balanced, size or speed.",
        DefaultValueFactory = _ => "balanced",
    };

    private readonly Option<string> _accuracy = new("--accuracy")
    {
        Description = "usual: speed may transform convolutions of floats, which rounds differently. exact: plain sums of products.",
        DefaultValueFactory = _ => "usual",
    };

    private readonly Option<string[]> _inputShape = InputShapeOption.Create();

    private readonly Option<string[]> _tap = new("--tap")
    {
        Description = "Name of a tensor inside the model that becomes a further output. May be repeated.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the argument and options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="withTaps">Whether the command can show tensors inside the model.</param>
    public ModelOptions(Command command, bool withTaps = false)
    {
        _profile.AcceptOnlyFromAmong("modern", "portable");
        _optimize.AcceptOnlyFromAmong("balanced", "size", "speed");
        _accuracy.AcceptOnlyFromAmong("usual", "exact");
        command.Arguments.Add(_model);
        command.Options.Add(_profile);
        command.Options.Add(_optimize);
        command.Options.Add(_accuracy);
        command.Options.Add(_inputShape);
        if (withTaps) command.Options.Add(_tap);
    }

    /// <summary>What the command line asks for.</summary>
    /// <param name="result">Parsed command line.</param>
    /// <exception cref="ToolException">A shape cannot be read.</exception>
    public CompileRequest Read(ParseResult result)
    {
        CompileOptions options = new()
        {
            Namespace = "CompiledModels",
            IsPublic = true,
            Profile = result.GetRequiredValue(_profile) == "portable" ? Profile.Portable : Profile.Modern,
            Optimize = result.GetRequiredValue(_optimize) switch
            {
                "size" => Optimization.Size,
                "speed" => Optimization.Speed,
                _ => Optimization.Balanced,
            },
            Accuracy = result.GetRequiredValue(_accuracy) == "exact" ? Accuracy.Exact : Accuracy.Usual,
            InputShapes = InputShapeOption.Read(result, _inputShape),
            WeightsResource = ModelLoader.WeightsResource,
            ExtraOutputs = new EquatableArray<string>(result.GetValue(_tap) ?? []),
        };
        return new CompileRequest(result.GetRequiredValue(_model), options);
    }
}
