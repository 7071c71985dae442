using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Tool.Execution;

namespace ModelGen.Conformance;

/// <summary>Cases in one form and one profile. Cases are compiled by the dozen: most of the time of a compilation is its start.</summary>
internal static class SuiteRun
{
    private const int CasesPerCompilation = 60;

    /// <summary>Runs cases.</summary>
    /// <param name="names">The cases.</param>
    /// <param name="form">Which inputs stay inputs.</param>
    /// <param name="profile">Profile of the emitted code.</param>
    /// <param name="rewrite">What is done to each model file before it is compiled, if anything.</param>
    /// <returns>Their outcomes by name.</returns>
    public static IReadOnlyDictionary<string, CaseOutcome> Run(IReadOnlyList<string> names, CaseForm form, Profile profile,
        Func<byte[], byte[]>? rewrite = null)
    {
        var outcomes = new Dictionary<string, CaseOutcome>(StringComparer.Ordinal);
        foreach (string[] batch in names.Chunk(CasesPerCompilation)) RunBatch(batch, form, profile, rewrite ?? (file => file), outcomes);
        return outcomes;
    }

    private static void RunBatch(string[] names, CaseForm form, Profile profile, Func<byte[], byte[]> rewrite,
        Dictionary<string, CaseOutcome> outcomes)
    {
        var emitted = new List<(string Name, string Source)>();
        foreach (string name in names)
        {
            try
            {
                var options = new CompileOptions { Namespace = Namespace(emitted.Count), Profile = profile };
                byte[] file = rewrite(BackendCase.Model(name, form));
                emitted.Add((name, ModelCompiler.Compile(file, "model.onnx", options).Source));
            }
            catch (ModelException refusal)
            {
                outcomes[name] = new CaseOutcome(CaseResult.Refused, $"{refusal.Id} {refusal.Message}");
            }
            catch (Exception error)
            {
                outcomes[name] = CaseOutcome.Failed("the compiler threw " + error);
            }
        }

        CSharpCompilation compilation = WithoutFaultyFiles(emitted, profile, outcomes);
        using var image = new MemoryStream();
        if (!compilation.Emit(image).Success) throw new InvalidOperationException("the files compile one by one but not together");
        var context = new AssemblyLoadContext("ModelGen conformance", isCollectible: true);
        image.Position = 0;
        Assembly assembly = context.LoadFromStream(image);
        for (int i = 0; i < emitted.Count; i++)
        {
            if (outcomes.ContainsKey(emitted[i].Name)) continue;
            outcomes[emitted[i].Name] = RunCase(assembly.GetType(Namespace(i) + ".Model", throwOnError: true)!, emitted[i].Name, form);
        }

        context.Unload();
    }

    // Warnings count: a project may treat them as errors.
    private static CSharpCompilation WithoutFaultyFiles(List<(string Name, string Source)> emitted, Profile profile,
        Dictionary<string, CaseOutcome> outcomes)
    {
        CSharpCompilation compilation = SourceCompiler.CreateCompilation(emitted.Select(entry => entry.Source).ToArray(), profile);
        CSharpCompilationOptions strict = compilation.Options.WithNullableContextOptions(NullableContextOptions.Enable).WithWarningLevel(
            9999);
        compilation = compilation.WithOptions(strict);
        SyntaxTree[] trees = compilation.SyntaxTrees.ToArray();
        foreach (IGrouping<SyntaxTree?, Diagnostic> file in compilation.GetDiagnostics().Where(d =>
            d.Severity >= DiagnosticSeverity.Warning).GroupBy(d => d.Location.SourceTree))
        {
            if (file.Key is null) throw new InvalidOperationException(file.First().ToString());
            outcomes[emitted[Array.IndexOf(trees, file.Key)].Name] = CaseOutcome.Failed("the emitted code does not compile cleanly: "
                + file.First());
            compilation = compilation.RemoveSyntaxTrees(file.Key);
        }

        return compilation;
    }

    private static CaseOutcome RunCase(Type type, string name, CaseForm form)
    {
        try
        {
            return ModelRun.Check(type, BackendCase.Read(name, form)) is { } problem ? CaseOutcome.Failed(problem) : CaseOutcome.Passed;
        }
        catch (Exception error)
        {
            return CaseOutcome.Failed("the run threw " + error);
        }
    }

    private static string Namespace(int index) => FormattableString.Invariant($"Case{index}");
}
