using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler;
using Xunit;

namespace ModelGen.Tests.Generator;

/// <summary><c>[CompiledModel]</c>: the class is the user's, the attribute is gone from the compiled assembly and still works.</summary>
public sealed class CompiledModelAttributeTests
{
    [Theory]
    [InlineData("Models/m.onnx")]
    [InlineData("Models\\\\m.onnx")]
    [InlineData("./Models/../Models/m.onnx")]
    public void Attribute_takes_the_place_of_the_default_class(string path)
    {
        using var project = new GeneratorProject();
        project.AddModel("Models/m.onnx", "ClassName=Ignored", "Optimize=size");
        project.AddSource($"using ModelGen; namespace Deep.Down {{ [CompiledModel(\"{path}\")] public sealed partial class Words {{ }} }}");
        GeneratorRunResult result = project.Run();
        Assert.Empty(result.Diagnostics);
        Assert.Equal("// m.onnx 7 Modern Size [] []\nnamespace Deep.Down;\npartial class Words { public int Answer => 42; }\n",
            result.GeneratedSources.Single().SourceText.ToString());
    }

    [Fact]
    public void Class_has_the_members_and_the_assembly_not_the_attribute()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        project.AddSource("[ModelGen.CompiledModel(\"m.onnx\")] partial class @class { int Twice => Answer * 2; }");
        project.CreateDriver().RunGeneratorsAndUpdateCompilation(project.CreateCompilation(), out Compilation compilation, out _);
        using var assembly = new System.IO.MemoryStream();
        Assert.True(compilation.Emit(assembly).Success);
        Assert.DoesNotContain("CompiledModelAttribute", System.Text.Encoding.UTF8.GetString(assembly.ToArray()));
    }

    [Fact]
    public void One_model_may_become_two_classes()
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        project.AddSource("[ModelGen.CompiledModel(\"m.onnx\")] partial class A { } [ModelGen.CompiledModel(\"m.onnx\")] partial class B { }");
        Assert.Equal(["A.g.cs", "B.g.cs"], project.Run().GeneratedSources.Select(file => file.HintName).Order());
    }

    [Theory]
    [InlineData("models/m.onnx", "did you mean \"Models/m.onnx\"?")]
    [InlineData("Models/other.onnx", "add <ModelGenModel Include=\"Models/other.onnx\" />")]
    public void Path_without_item_is_an_error_at_the_attribute(string path, string expected)
    {
        using var project = new GeneratorProject();
        project.AddModel("Models/m.onnx");
        project.AddSource($"\n\n[ModelGen.CompiledModel(\"{path}\")] partial class A {{ }}");
        Diagnostic error = project.RunForError();
        Assert.Equal(ModelErrorIds.InvalidAttribute, error.Id);
        Assert.Contains(expected, error.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(2, error.Location.GetLineSpan().StartLinePosition.Line);
        Assert.EndsWith(".cs", error.Location.GetLineSpan().Path);
    }

    [Theory]
    [InlineData("[ModelGen.CompiledModel(\"m.onnx\")] class A { }", "is not partial")]
    [InlineData("partial class Outer { [ModelGen.CompiledModel(\"m.onnx\")] partial class A { } }", "is nested")]
    [InlineData("[ModelGen.CompiledModel(\"m.onnx\")] partial class A<T> { }", "is generic")]
    [InlineData("[ModelGen.CompiledModel(\"m.onnx\")] static partial class A { }", "is static")]
    [InlineData("[ModelGen.CompiledModel(\"m.onnx\")] partial record A;", "is a record")]
    [InlineData("[ModelGen.CompiledModel(\"m.onnx\")] file partial class A { }", "is local to its file")]
    [InlineData("[ModelGen.CompiledModel(\"m.onnx\")] partial class Info { }", "has the name of one of its members")]
    public void Unfit_class_is_the_only_error_and_nothing_is_emitted(string source, string expected)
    {
        using var project = new GeneratorProject();
        project.AddModel("m.onnx");
        project.AddSource(source);
        GeneratorRunResult result = project.Run();
        Assert.Contains(expected, result.Diagnostics.Single().GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(ModelErrorIds.InvalidAttribute, result.Diagnostics.Single().Id);
        Assert.Empty(result.GeneratedSources);
    }
}
