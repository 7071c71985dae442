using Microsoft.CodeAnalysis;

namespace ModelGen.Generator;

/// <summary>What the consumer's compilation offers.</summary>
/// <param name="AssemblyName">Name of the assembly.</param>
/// <param name="HasVector512">Whether it knows <c>Vector512&lt;T&gt;</c>: .NET 8 or later.</param>
/// <param name="HasRuntime">Whether it references ModelGen.Runtime.</param>
internal sealed record TargetFacts(string AssemblyName, bool HasVector512, bool HasRuntime)
{
    /// <summary>Reads the facts.</summary>
    /// <param name="compilation">The compilation; nothing of it is kept.</param>
    /// <returns>The facts.</returns>
    public static TargetFacts Read(Compilation compilation) => new(
        compilation.AssemblyName ?? "",
        compilation.GetTypeByMetadataName("System.Runtime.Intrinsics.Vector512`1") is not null,
        compilation.GetTypeByMetadataName("ModelGen.IModel") is not null);
}
