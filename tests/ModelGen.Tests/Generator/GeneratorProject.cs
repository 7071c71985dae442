using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using ModelGen.Compiler;
using ModelGen.Generator;

namespace ModelGen.Tests.Generator;

/// <summary>A project in memory with model files in a folder of its own, and a generator whose compiler the test chooses.</summary>
internal sealed class GeneratorProject : IDisposable
{
    private static readonly ImmutableArray<MetadataReference> AllReferences = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(
            path) is "System.Runtime.dll" or "System.Private.CoreLib.dll" or "ModelGen.Runtime.dll" or "netstandard.dll")
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
        .ToImmutableArray();

    private readonly List<AdditionalText> _manifests = [];
    private readonly List<SyntaxTree> _trees = [];

    /// <summary>The project's folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("modelgen").FullName;

    /// <summary>The compiler; by default one that writes down its options.</summary>
    public CompileModel Compile { get; set; } = Describe;

    /// <summary>MSBuild's RootNamespace.</summary>
    public string RootNamespace { get; set; } = "My.App";

    /// <summary>Whether the compilation has framework and runtime library.</summary>
    public bool HasReferences { get; set; } = true;

    /// <summary>The project's LangVersion.</summary>
    public LanguageVersion Language { get; set; } = LanguageVersion.Latest;

    /// <summary>How often the compiler ran.</summary>
    public int CompileCount { get; private set; }

    /// <summary>Writes a model file.</summary>
    /// <param name="item">Path relative to the folder.</param>
    /// <param name="content">What is in it.</param>
    /// <returns>Full path.</returns>
    public string WriteModel(string item, string content = "weights")
    {
        string path = Path.Combine(Folder, item.Replace('\\', '/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a model file and adds its manifest.</summary>
    /// <param name="item">Path relative to the folder.</param>
    /// <param name="metadata">Lines such as <c>ClassName=X</c>.</param>
    /// <returns>The manifest, to be replaced later.</returns>
    public AdditionalText AddModel(string item, params string[] metadata)
    {
        WriteModel(item);
        AdditionalText manifest = ManifestOf(item, metadata);
        _manifests.Add(manifest);
        return manifest;
    }

    /// <summary>The manifest for a model file as it is now.</summary>
    /// <param name="item">Path relative to the folder.</param>
    /// <param name="metadata">Lines such as <c>ClassName=X</c>.</param>
    /// <returns>A manifest that is not part of the project yet.</returns>
    public AdditionalText ManifestOf(string item, params string[] metadata)
    {
        string path = Path.Combine(Folder, item);
        string hash = File.Exists(path) ? $"Sha256={Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}\n" : "";
        string text = $"{ManifestParser.Header}\nPath={path}\n{hash}Item={item}\nProjectFile={Path.Combine(Folder, "App.csproj")}\n{string.Join('\n', metadata)}\n";
        return new InMemoryText(Path.Combine(Folder, "obj", item + ManifestParser.FileExtension), text);
    }

    /// <summary>Adds any additional file.</summary>
    /// <param name="file">The file.</param>
    public void AddFile(AdditionalText file) => _manifests.Add(file);

    /// <summary>Adds a C# file.</summary>
    /// <param name="source">Its text.</param>
    public void AddSource(string source) => _trees.Add(CSharpSyntaxTree.ParseText(source, ParseOptions, $"{Folder}/File{_trees.Count}.cs",
        Encoding.UTF8));

    /// <summary>The project without emitted code.</summary>
    /// <returns>A compilation.</returns>
    public CSharpCompilation CreateCompilation() => CSharpCompilation.Create(
        "App", _trees, HasReferences ? AllReferences : [],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>A driver that has not run.</summary>
    /// <returns>The driver, which records its steps.</returns>
    public GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new ModelGenerator(Counting).AsSourceGenerator()],
        _manifests,
        ParseOptions,
        new Options(RootNamespace, Folder + "/"),
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator once.</summary>
    /// <returns>Its result.</returns>
    public GeneratorRunResult Run() => CreateDriver().RunGenerators(CreateCompilation()).GetRunResult().Results.Single();

    /// <summary>Runs the generator once and returns its only diagnostic.</summary>
    /// <returns>The diagnostic.</returns>
    public Diagnostic RunForError() => Run().Diagnostics.Single();

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, true);

    private CSharpParseOptions ParseOptions => new(Language);

    private static CompiledModel Describe(byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken)
    {
        string head = options.IsPartialOfUserClass ? "partial" : options.IsPublic ? "public sealed partial" : "internal sealed partial";
        string shapes = string.Join("|", options.InputShapes.Select(shape => $"{shape.Input}:{string.Join('x', shape.Dimensions)}"));
        string source = $"// {fileName} {file.Length} {options.Profile} {options.Optimize} [{string.Join('|', options.Labels)}] [{shapes}]\n"
            + $"{(options.Namespace.Length > 0 ? $"namespace {options.Namespace};\n" : "")}{head} class {options.ClassName} {{ public int Answer => 42; }}\n";
        return new CompiledModel(source, null!);
    }

    private CompiledModel Counting(byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken)
    {
        CompileCount++;
        return Compile(file, fileName, options, cancellationToken);
    }

    private sealed class Options(string rootNamespace, string projectDirectory) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(new Dictionary<string, string>
        {
            ["build_property.RootNamespace"] = rootNamespace,
            ["build_property.ProjectDir"] = projectDirectory,
        });

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, out string value) => values.TryGetValue(key, out value!);
        }
    }
}
