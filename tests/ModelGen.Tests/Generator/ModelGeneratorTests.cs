using System;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace ModelGen.Tests.Generator;

/// <summary>Items and their metadata.</summary>
public sealed class ModelGeneratorTests
{
    [Fact]
    public void Item_becomes_an_internal_class_named_after_file_and_project()
    {
        using var project = new GeneratorProject();
        project.AddModel("Models/kws_fp32.onnx");
        GeneratedSourceResult file = project.Run().GeneratedSources.Single();
        Assert.Equal("My.App.KwsFp32.g.cs", file.HintName);
        Assert.Equal("// kws_fp32.onnx 7 Modern Balanced [] []\nnamespace My.App;\ninternal sealed partial class KwsFp32 { public int Answer => 42; }\n",
            file.SourceText.ToString());
    }

    [Fact]
    public void Metadata_reach_the_compiler()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx", "ClassName=Words", "Namespace=A.B", "Accessibility=Public", "Profile=PORTABLE", "Optimize=speed",
            "InputShape=input:0:1x3x8x8;other:2", "Labels=yes; no;un,known");
        Assert.Equal(
            "// m.onnx 7 Portable Speed [yes|no|un,known] [input:0:1x3x8x8|other:2]\nnamespace A.B;\npublic sealed partial class Words { public int Answer => 42; }\n",
            project.Run().GeneratedSources.Single().SourceText.ToString());
    }

    [Theory]
    [InlineData("Labels=yes,no", "[yes|no]")]
    [InlineData("Labels=\n  yes;\n  no\n", "[yes|no]")]
    [InlineData("LabelLines=\ntench, Tinca tinca\nPath=odd;label\n", "[tench, Tinca tinca|Path=odd;label]")]
    public void Labels_come_from_a_list_or_the_lines_of_a_file(string metadata, string expected)
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx", metadata);
        Assert.Contains(expected, project.Run().GeneratedSources.Single().SourceText.ToString());
    }

    [Fact]
    public void Profile_follows_the_compilation()
    {
        using var project = new GeneratorProject { HasReferences = false };
        project.AddModel("m.onnx");
        Assert.Contains(" Portable ", project.Run().GeneratedSources.Single().SourceText.ToString());
    }

    [Fact]
    public void Profile_follows_the_language_too()
    {
        using var project = new GeneratorProject { Language = LanguageVersion.CSharp9 };
        project.AddSource("class C { }");
        project.AddModel("m.onnx");
        Assert.Contains(" Portable ", project.Run().GeneratedSources.Single().SourceText.ToString());
    }

    [Theory]
    [InlineData("my-app", "my_app")]
    [InlineData("3D.Class.class", "_3D.Class.@class")]
    [InlineData("", "App")]
    public void Root_namespace_is_made_a_valid_one(string rootNamespace, string expected)
    {
        using var project = new GeneratorProject { RootNamespace = rootNamespace };
        project.AddModel("m.onnx");
        Assert.Contains($"namespace {expected};", project.Run().GeneratedSources.Single().SourceText.ToString());
    }

    [Fact]
    public void Classes_that_differ_in_case_only_do_not_collide()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx", "ClassName=Kws");
        project.AddModel("n.onnx", "ClassName=KWS");
        Assert.Equal(["My.App.KWS_2.g.cs", "My.App.Kws.g.cs"],
            project.Run().GeneratedSources.Select(file => file.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Other_additional_files_are_ignored()
    {
        using var project = new GeneratorProject();
        project.AddFile(new InMemoryText("/x/model.onnx", null));
        project.AddFile(new InMemoryText("/x/readme.txt", "text"));
        GeneratorRunResult result = project.Run();
        Assert.Empty(result.GeneratedSources);
        Assert.Empty(result.Diagnostics);
    }

    [Fact]
    public void Emitted_code_names_no_folder()
    {
        using var project = new GeneratorProject();
        project.AddModel("Models/m.onnx");
        Assert.DoesNotContain(project.Folder, project.Run().GeneratedSources.Single().SourceText.ToString());
    }

    [Fact]
    public void Cancelled_run_reports_nothing_and_throws()
    {
        using var project = new GeneratorProject();
        using var source = new CancellationTokenSource();
        project.AddModel("m.onnx");
        project.Compile = (_, _, _, token) =>
        {
            source.Cancel();
            token.ThrowIfCancellationRequested();
            return null!;
        };
        Assert.ThrowsAny<OperationCanceledException>(() => project.CreateDriver().RunGenerators(project.CreateCompilation(), source.Token));
    }

    [Fact]
    public void Model_may_be_replaced_while_it_is_read()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        using var stream = new FileStream(Path.Combine(project.Folder, "m.onnx"), FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete);
        Assert.Empty(project.Run().Diagnostics);
    }

    [Fact]
    public void Refused_model_leaves_a_class_that_declarations_can_name()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx", "Optimize=fast", "Accessibility=public");
        project.AddSource("using My.App; public class User<T> where T : ModelGen.IModel { } public class Mine : User<M> { public M? Field; }");
        project.CreateDriver().RunGeneratorsAndUpdateCompilation(project.CreateCompilation(), out Compilation compilation, out _);
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Assert.All(compilation.SyntaxTrees.Skip(1), tree =>
            Assert.Equal(LanguageVersion.Latest.MapSpecifiedToEffectiveVersion(), ((CSharpParseOptions)tree.Options).LanguageVersion));
    }
}
