using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Generator;

/// <summary>What the consumer's compilation offers.</summary>
/// <param name="AssemblyName">Name of the assembly.</param>
/// <param name="SupportsModern">Whether code of the Modern profile compiles: .NET 8 (it knows <c>Vector512&lt;T&gt;</c>) and its C# 12, or
/// later.</param>
/// <param name="SupportsPortable">Whether code of the Portable profile compiles: C# 8 or later.</param>
/// <param name="HasRuntime">Whether it references ModelGen.Runtime.</param>
internal sealed record TargetFacts(string AssemblyName, bool SupportsModern, bool SupportsPortable, bool HasRuntime)
{
    /// <summary>Reads the facts.</summary>
    /// <param name="compilation">The compilation; nothing of it is kept.</param>
    /// <returns>The facts.</returns>
    public static TargetFacts Read(Compilation compilation)
    {
        LanguageVersion language = ((CSharpCompilation)compilation).LanguageVersion;
        return new TargetFacts(
            compilation.AssemblyName ?? "",
            language >= LanguageVersion.CSharp12 && compilation.GetTypeByMetadataName("System.Runtime.Intrinsics.Vector512`1") is not null,
            language >= LanguageVersion.CSharp8,
            compilation.GetTypeByMetadataName("ModelGen.IModel") is not null);
    }
}
