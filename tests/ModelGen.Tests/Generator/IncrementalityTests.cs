using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator;
using Xunit;

namespace ModelGen.Tests.Generator;

/// <summary>What reruns after which edit. Compiling a model may take seconds, and editors run the generator at every key press.</summary>
public sealed class IncrementalityTests
{
    private static readonly string[] AllSteps = typeof(TrackingNames)
        .GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        .Select(field => (string)field.GetRawConstantValue()!)
        .ToArray();

    [Fact]
    public void Unrelated_edit_reruns_no_step()
    {
        using GeneratorProject project = CreateFullProject();
        CSharpCompilation compilation = project.CreateCompilation();
        GeneratorDriver driver = project.CreateDriver().RunGenerators(compilation);
        Assert.Equal(AllSteps.Order(), driver.GetRunResult().Results[0].TrackedSteps.Keys.Where(AllSteps.Contains).Order());
        int before = project.CompileCount;

        compilation = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated { }"));
        GeneratorRunResult result = driver.RunGenerators(compilation).GetRunResult().Results[0];

        foreach (string step in AllSteps)
        {
            foreach ((object value, IncrementalStepRunReason reason) in result.TrackedSteps[step].SelectMany(run => run.Outputs))
            {
                Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged,
                    $"{step}: {reason} for {value}");
            }
        }

        Assert.All(result.TrackedOutputSteps.SelectMany(output => output.Value).SelectMany(run => run.Outputs),
            output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.Equal(before, project.CompileCount);
    }

    [Fact]
    public void No_step_keeps_the_compilation_or_weights_alive()
    {
        using GeneratorProject project = CreateFullProject();
        GeneratorRunResult result = project.Run();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (string step in AllSteps)
        {
            foreach ((object value, _) in result.TrackedSteps[step].SelectMany(run => run.Outputs)) Walk(value, step, seen);
        }

        Assert.NotEmpty(seen);
    }

    [Fact]
    public void Changed_model_compiles_that_model_only()
    {
        using var project = new GeneratorProject();
        AdditionalText first = project.AddModel("a.onnx");
        project.AddModel("b.onnx");
        CSharpCompilation compilation = project.CreateCompilation();
        GeneratorDriver driver = project.CreateDriver().RunGenerators(compilation);

        project.WriteModel("a.onnx", "new, longer weights");
        driver = driver.ReplaceAdditionalText(first, project.ManifestOf("a.onnx")).RunGenerators(compilation);

        Assert.Equal(3, project.CompileCount);
        Assert.Contains("a.onnx 19 ", driver.GetRunResult().Results[0].GeneratedSources.Single(file =>
            file.HintName == "My.App.A.g.cs").SourceText.ToString());
    }

    [Fact]
    public void Rewritten_manifest_with_the_same_text_compiles_nothing()
    {
        using var project = new GeneratorProject();
        AdditionalText manifest = project.AddModel("a.onnx");
        CSharpCompilation compilation = project.CreateCompilation();
        GeneratorDriver driver = project.CreateDriver().RunGenerators(compilation);

        driver = driver.ReplaceAdditionalText(manifest, project.ManifestOf("a.onnx")).RunGenerators(compilation);

        Assert.Equal(1, project.CompileCount);
        Assert.Equal(IncrementalStepRunReason.Unchanged, Reason(driver, TrackingNames.Manifests));
        Assert.Equal(IncrementalStepRunReason.Cached, Reason(driver, TrackingNames.Compilations));
    }

    [Fact]
    public void Moved_attribute_compiles_nothing()
    {
        using var project = new GeneratorProject();
        project.AddModel("a.onnx");
        project.AddSource("[ModelGen.CompiledModel(\"a.onnx\")] partial class X { }");
        CSharpCompilation compilation = project.CreateCompilation();
        GeneratorDriver driver = project.CreateDriver().RunGenerators(compilation);

        SyntaxTree old = compilation.SyntaxTrees.Single();
        compilation = compilation.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(
            "// a comment above\n\n[ModelGen.CompiledModel(\"a.onnx\")] partial class X { void M() { } }", (CSharpParseOptions)old.Options,
                old.FilePath));
        driver = driver.RunGenerators(compilation);

        Assert.Equal(1, project.CompileCount);
        Assert.Equal(IncrementalStepRunReason.Cached, Reason(driver, TrackingNames.Compilations));
    }

    [Fact]
    public void Changed_option_compiles_again()
    {
        using var project = new GeneratorProject();
        AdditionalText manifest = project.AddModel("a.onnx");
        CSharpCompilation compilation = project.CreateCompilation();
        GeneratorDriver driver = project.CreateDriver().RunGenerators(compilation);

        driver = driver.ReplaceAdditionalText(manifest, project.ManifestOf("a.onnx", "Optimize=size")).RunGenerators(compilation);

        Assert.Equal(2, project.CompileCount);
        Assert.Equal(IncrementalStepRunReason.Modified, Reason(driver, TrackingNames.Compilations));
    }

    // Every tracked step has an output: a model by item, a class by attribute, an error of the compiler and one of the resolution.
    private static GeneratorProject CreateFullProject()
    {
        var project = new GeneratorProject();
        project.AddModel("Models/plain.onnx");
        project.AddModel("Models/mine.onnx");
        project.AddModel("Models/wrong.onnx", "Optimize=fast");
        project.AddSource("[ModelGen.CompiledModel(\"Models/mine.onnx\")] partial class Mine { }");
        project.AddSource("[ModelGen.CompiledModel(\"Models/none.onnx\")] partial class None { }");
        return project;
    }

    private static IncrementalStepRunReason Reason(GeneratorDriver driver, string step)
        => driver.GetRunResult().Results[0].TrackedSteps[step].Single().Outputs.Single().Reason;

    private static void Walk(object? value, string path, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value)) return;
        Assert.False(value is Compilation or ISymbol or SyntaxNode or SyntaxTree or SyntaxReference or Location or AdditionalText,
            $"{path} keeps a {value.GetType()}");
        Assert.False(value is byte[], $"{path} keeps the bytes of a model");
        if (value is IEnumerable items)
        {
            foreach (object? item in items) Walk(item, path + "[]", seen);
        }

        foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (!field.FieldType.IsPointer) Walk(field.GetValue(value), path + "." + field.Name, seen);
        }
    }
}
