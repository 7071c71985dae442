using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;

namespace ModelGen.Tests.Support;

/// <summary>What the C# compiler has to say of emitted code.</summary>
internal static class EmittedWarnings
{
    /// <summary>Warnings and errors of sources that are compiled together, each with the name of its source.</summary>
    /// <param name="emitted">Names and sources, each in a namespace of its own.</param>
    /// <param name="profile">What they were emitted for.</param>
    public static string[] Of(IReadOnlyList<(string Name, string Source)> emitted, Profile profile)
    {
        CSharpCompilation compilation = SourceCompiler.CreateCompilation([.. emitted.Select(entry => entry.Source)], profile);
        SyntaxTree[] trees = [.. compilation.SyntaxTrees];
        return [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => $"{emitted[Array.IndexOf(trees, diagnostic.Location.SourceTree)].Name}: {diagnostic}")];
    }
}
