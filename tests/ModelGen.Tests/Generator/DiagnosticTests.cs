using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Compiler;
using ModelGen.Generator;
using Xunit;

namespace ModelGen.Tests.Generator;

/// <summary>Every way a build fails: one error, at the right file, with a help link that leads somewhere.</summary>
public sealed class DiagnosticTests
{
    public static TheoryData<string> AllIds => new(typeof(ModelErrorIds).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(constant => (string)constant.GetRawConstantValue()!));

    [Theory]
    [MemberData(nameof(AllIds))]
    public void Refusal_by_the_compiler_is_one_error_at_the_model(string id)
    {
        using var project = new GeneratorProject { Compile = (_, _, _, _) => throw new ModelException(id, "node \"conv\": what and why") };
        project.AddModel("m.onnx");
        Diagnostic error = project.RunForError();
        Assert.Equal(id, error.Id);
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Equal("node \"conv\": what and why", error.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(Path.Combine(project.Folder, "m.onnx"), error.Location.GetLineSpan().Path);
        Assert.EndsWith("docs/diagnostics.md#" + id.ToLowerInvariant(), error.Descriptor.HelpLinkUri);
        Assert.Contains(WellKnownDiagnosticTags.NotConfigurable, error.Descriptor.CustomTags);
    }

    [Fact]
    public void Any_other_exception_is_an_error_too()
    {
        using var project = new GeneratorProject { Compile = (_, _, _, _) => throw new InvalidCastException("two\nlines.") };
        project.AddModel("m.onnx");
        GeneratorRunResult result = project.Run();
        Assert.Null(result.Exception);
        Diagnostic error = result.Diagnostics.Single();
        Assert.Equal(ModelErrorIds.InternalError, error.Id);
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Contains("InvalidCastException: two lines.", error.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Model_that_never_existed_is_missing()
    {
        using var project = new GeneratorProject();
        project.AddFile(project.ManifestOf("gone.onnx"));
        Assert.Equal(ModelErrorIds.FileMissing, project.RunForError().Id);
        Assert.Equal(0, project.CompileCount);
    }

    [Fact]
    public void Model_deleted_during_the_build_is_missing()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        File.Delete(Path.Combine(project.Folder, "m.onnx"));
        Assert.Equal(ModelErrorIds.FileMissing, project.RunForError().Id);
    }

    [Fact]
    public void Model_changed_during_the_build_is_refused()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        project.WriteModel("m.onnx", "others");
        Assert.Equal(ModelErrorIds.HashChanged, project.RunForError().Id);
        Assert.Equal(0, project.CompileCount);
    }

    [Fact]
    public void Model_beyond_the_limit_is_not_read()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        using (FileStream stream = File.OpenWrite(Path.Combine(project.Folder, "m.onnx"))) stream.SetLength((256L << 20) + 1);
        Diagnostic error = project.RunForError();
        Assert.Equal(ModelErrorIds.TooLarge, error.Id);
        Assert.Contains("268435457 bytes", error.GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("ClassName=1st", "1st", "C# identifier")]
    [InlineData("ClassName=class", "class", "C# identifier")]
    [InlineData("ClassName=Run", "Run", "name of a member")]
    [InlineData("Namespace=A..B", "A..B", "C# identifiers with dots")]
    [InlineData("Accessibility=private", "private", "internal or public")]
    [InlineData("Profile=avx", "avx", "auto, modern or portable")]
    [InlineData("WeightsResource=w\nSupportsModern=false", "auto", "use modern or portable")]
    [InlineData("Optimize=fast", "fast", "balanced, size or speed")]
    [InlineData("Accuracy=high", "high", "usual or exact")]
    [InlineData("InputShape=1x0", "1x0", "positive dimensions")]
    [InlineData("InputShape=1xN", "1xN", "positive dimensions")]
    [InlineData("InputShape=a:1;2", "a:1;2", "positive dimensions")]
    [InlineData("InputShape=a:1;a:2", "a:1;a:2", "positive dimensions")]
    [InlineData("InputShape=99999999999", "99999999999", "positive dimensions")]
    [InlineData("Labels=labels.txt", "labels.txt", "no such file")]
    public void Invalid_option_is_one_error_at_the_project_with_value_and_advice(string metadata, string value, string advice)
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx", metadata);
        Diagnostic error = project.RunForError();
        Assert.Equal(ModelErrorIds.InvalidOption, error.Id);
        Assert.Contains($"\"{value}\" of ModelGenModel \"m.onnx\"", error.GetMessage(CultureInfo.InvariantCulture));
        Assert.Contains(advice, error.GetMessage(CultureInfo.InvariantCulture));
        Assert.EndsWith("App.csproj", error.Location.GetLineSpan().Path);
        Assert.Equal(0, project.CompileCount);
    }

    [Fact]
    public void Modern_profile_needs_its_framework()
    {
        using var project = new GeneratorProject { HasReferences = false };
        project.AddModel("m.onnx", "Profile=modern");
        Diagnostic error = project.RunForError();
        Assert.Equal(ModelErrorIds.InvalidOption, error.Id);
        Assert.Contains(".NET 8", error.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Language_older_than_the_oldest_profile_is_refused()
    {
        using var project = new GeneratorProject { Language = LanguageVersion.CSharp7_3 };
        project.AddSource("class C { }");
        project.AddModel("m.onnx");
        Diagnostic error = project.RunForError();
        Assert.Equal(ModelErrorIds.InvalidOption, error.Id);
        Assert.Contains("C# 8", error.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Two_models_for_one_class_are_one_error_and_the_first_wins()
    {
        using var project = new GeneratorProject();
        project.AddModel("a/m.onnx");
        project.AddModel("b/m.onnx");
        GeneratorRunResult result = project.Run();
        Assert.Equal(ModelErrorIds.DuplicateClass, result.Diagnostics.Single().Id);
        Assert.Contains("\"a/m.onnx\" and \"b/m.onnx\" both become class My.App.M",
            result.Diagnostics.Single().GetMessage(CultureInfo.InvariantCulture));
        Assert.Single(result.GeneratedSources);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ModelGen manifest 0\nPath=/x")]
    [InlineData("ModelGen manifest 1\n")]
    public void Damaged_manifest_is_an_error(string? text)
    {
        using var project = new GeneratorProject();
        project.AddFile(new InMemoryText(Path.Combine(project.Folder, "m.modelgen"), text));
        Assert.Equal(ModelErrorIds.InternalError, project.RunForError().Id);
    }

    [Theory]
    [MemberData(nameof(AllIds))]
    public void Every_id_is_documented_and_tracked(string id)
    {
        Assert.Equal(id, DiagnosticDescriptors.Get(id).Id);
        string root = RepositoryRoot();
        string documentation = File.ReadAllText(Path.Combine(root, "docs", "diagnostics.md"));
        Assert.Matches(new Regex($"^## {id}$", RegexOptions.Multiline), documentation);
        string generator = Path.Combine(root, "src", "ModelGen", "Generator");
        string releases = File.ReadAllText(Path.Combine(generator, "AnalyzerReleases.Shipped.md"))
            + File.ReadAllText(Path.Combine(generator, "AnalyzerReleases.Unshipped.md"));
        Assert.Contains($"{id} | ModelGen | Error | {DiagnosticDescriptors.Get(id).Title}", releases);
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelGen.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("ModelGen.sln");
        return folder;
    }
}
