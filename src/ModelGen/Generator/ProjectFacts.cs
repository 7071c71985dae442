using Microsoft.CodeAnalysis.Diagnostics;

namespace ModelGen.Generator;

/// <summary>What the project says.</summary>
/// <param name="RootNamespace">MSBuild's <c>RootNamespace</c>, or empty.</param>
/// <param name="Directory">Folder of the project file, or empty.</param>
internal sealed record ProjectFacts(string RootNamespace, string Directory)
{
    /// <summary>Reads the facts.</summary>
    /// <param name="options">Properties that the package made visible to the compiler.</param>
    /// <returns>The facts.</returns>
    public static ProjectFacts Read(AnalyzerConfigOptionsProvider options)
    {
        string Property(string name)
            => options.GlobalOptions.TryGetValue("build_property." + name, out string? value) ? value.Trim() : "";
        return new ProjectFacts(Property("RootNamespace"), Property("ProjectDir"));
    }
}
