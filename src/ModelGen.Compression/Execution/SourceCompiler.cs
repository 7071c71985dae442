using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler;

namespace ModelGen.Compression.Execution;

/// <summary>Compiles emitted C# against the running framework and the runtime library, optimized, as a release build does.</summary>
internal static class SourceCompiler
{
    private const int ErrorsShown = 3;

    /// <summary>Compiles one source file to an assembly.</summary>
    /// <param name="source">The file.</param>
    /// <param name="profile">Portable code must be C# 8; modern code the C# 12 of the oldest SDK that is supported.</param>
    /// <param name="modelPath">The model it came from, for messages.</param>
    /// <param name="weights">What to embed.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <exception cref="CompressionException">The source does not compile.</exception>
    public static CompiledAssembly Compile(string source, Profile profile, string modelPath, EmbeddedWeights? weights = null,
        CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        CSharpCompilation compilation = CreateCompilation([source], profile, cancellationToken);
        using MemoryStream image = new();
        EmitResult result = compilation.Emit(image, manifestResources: Resources(weights), cancellationToken: cancellationToken);
        if (!result.Success)
        {
            IEnumerable<string> errors = result.Diagnostics.Where(d =>
                d.Severity == DiagnosticSeverity.Error).Take(ErrorsShown).Select(Describe);
            throw new CompressionException(
                $"{modelPath}: the emitted code does not compile, which is a fault of ModelGen: {string.Join("; ", errors)}");
        }
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        byte[] bytes = image.ToArray();
        return new CompiledAssembly(bytes, CountInstructionBytes(bytes), elapsed);
    }

    /// <summary>Prepares the compilation of several emitted files, named by their position: <c>Model0.g.cs</c>, <c>Model1.g.cs</c> and so
    /// on.</summary>
    /// <param name="sources">The files; their class names differ.</param>
    /// <param name="profile">Portable code must be C# 8; modern code the C# 12 of the oldest SDK that is supported.</param>
    /// <param name="cancellationToken">Stops the parser.</param>
    public static CSharpCompilation CreateCompilation(IReadOnlyList<string> sources, Profile profile,
        CancellationToken cancellationToken = default)
    {
        LanguageVersion version = profile == Profile.Portable ? LanguageVersion.CSharp8 : LanguageVersion.CSharp12;
        CSharpParseOptions parseOptions = new(version, DocumentationMode.None, SourceCodeKind.Regular, FrameworkSymbols());
        IEnumerable<SyntaxTree> trees = sources.Select((source, i) => CSharpSyntaxTree.ParseText(
            SourceText.From(source, Encoding.UTF8), parseOptions, FormattableString.Invariant($"Model{i}.g.cs"), cancellationToken));
        return CSharpCompilation.Create(
            "ModelGen.Compiled", trees, References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                deterministic: true));
    }

    private static ResourceDescription[] Resources(EmbeddedWeights? weights) =>
        weights is null ? [] : [new ResourceDescription(weights.Name, () => new MemoryStream(weights.Bytes), isPublic: false)];

    private static string Describe(Diagnostic diagnostic)
        => FormattableString.Invariant($"{diagnostic.Id} in line {diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1}: ") +
           diagnostic.GetMessage(CultureInfo.InvariantCulture);

    /// <summary>The conditional symbols that the SDK defines for the running framework.</summary>
    private static IEnumerable<string> FrameworkSymbols()
    {
        int current = Environment.Version.Major;
        return Enumerable.Range(5, current - 4).Select(major => FormattableString.Invariant($"NET{major}_0_OR_GREATER"))
            .Append("NET").Append(FormattableString.Invariant($"NET{current}_0")).Append("NETCOREAPP").Append("RELEASE");
    }

    private static List<MetadataReference> References()
    {
        // The list holds the application's own assemblies too; emitted code may see the framework and the runtime library only.
        string frameworkFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        List<MetadataReference> references = [MetadataReference.CreateFromFile(typeof(IModel).Assembly.Location)];
        foreach (string path in trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (string.Equals(Path.GetDirectoryName(path), frameworkFolder, StringComparison.Ordinal))
                references.Add(MetadataReference.CreateFromFile(path));
        }
        return references;
    }

    private static int CountInstructionBytes(byte[] image)
    {
        using PEReader reader = new(ImmutableCollectionsMarshal.AsImmutableArray(image));
        MetadataReader metadata = reader.GetMetadataReader();
        int total = 0;
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            int address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (address != 0) total += reader.GetMethodBody(address).Size;
        }
        return total;
    }
}
