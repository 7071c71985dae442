using System;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>
/// Turns the model files of a project into classes. Only the pipeline is here: manifests, project, compilation and attributes are reduced
/// to small records that compare by value, so that an edit elsewhere reruns nothing; the weights of a model live only inside the one step
/// that compiles it. Errors and sources leave by separate outputs, so that a moved attribute does not emit a class anew.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    private readonly CompileModel _compile;

    /// <summary>Creates the generator; the compiler host calls this.</summary>
    public ModelGenerator()
        : this(ModelCompiler.Compile)
    {
    }

    /// <summary>Creates a generator around another compiler.</summary>
    /// <param name="compile">The compiler.</param>
    internal ModelGenerator(CompileModel compile) => _compile = compile;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var manifests = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(ManifestParser.FileExtension, StringComparison.OrdinalIgnoreCase))
            .Select(static (file, token) => ManifestParser.Parse(file.Path, file.GetText(token)?.ToString()))
            .WithTrackingName(TrackingNames.Manifests);

        var project = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => ProjectFacts.Read(options))
            .WithTrackingName(TrackingNames.Project);

        var target = context.CompilationProvider
            .Select(static (compilation, _) => TargetFacts.Read(compilation))
            .WithTrackingName(TrackingNames.Target);

        var classes = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributedClassReader.AttributeName,
                static (node, _) => AttributedClassReader.IsCandidate(node),
                AttributedClassReader.Read)
            .Where(static attributed => attributed is not null)
            .WithTrackingName(TrackingNames.Classes);

        var resolution = manifests.Collect().Combine(classes.Collect()).Combine(project).Combine(target)
            .Select(static (all, _) => RequestResolver.Resolve(all.Left.Left.Left, all.Left.Left.Right!, all.Left.Right, all.Right))
            .WithTrackingName(TrackingNames.Resolution);

        var compilations = resolution
            .SelectMany(static (resolved, _) => resolved.Requests)
            .WithTrackingName(TrackingNames.Requests)
            .Select((request, token) => RequestCompiler.Compile(request, _compile, token))
            .WithTrackingName(TrackingNames.Compilations);

        var sources = compilations
            .Select(static (result, _) => (result.HintName, result.Source))
            .WithTrackingName(TrackingNames.Sources);

        var compileErrors = compilations
            .Where(static result => result.Error is not null)
            .Select(static (result, _) => result.Error!)
            .WithTrackingName(TrackingNames.CompileErrors);

        var resolutionErrors = resolution
            .SelectMany(static (resolved, _) => resolved.Errors)
            .WithTrackingName(TrackingNames.ResolutionErrors);

        context.RegisterSourceOutput(sources, static (output, file)
            => output.AddSource(file.HintName, SourceText.From(file.Source, Encoding.UTF8)));
        context.RegisterSourceOutput(compileErrors, static (output, error) => output.ReportDiagnostic(error.ToDiagnostic()));
        context.RegisterSourceOutput(resolutionErrors, static (output, error) => output.ReportDiagnostic(error.ToDiagnostic()));
    }
}
