using Microsoft.CodeAnalysis;

namespace ModelGen.Generator;

/// <summary>An error to report, by value, so that it can travel through the pipeline.</summary>
/// <param name="Id">One of <see cref="Compiler.ModelErrorIds"/>.</param>
/// <param name="Message">The whole message.</param>
/// <param name="Location">Where, if anywhere.</param>
internal sealed record DiagnosticInfo(string Id, string Message, LocationInfo? Location)
{
    /// <summary>As Roslyn wants it.</summary>
    /// <returns>The diagnostic.</returns>
    public Diagnostic ToDiagnostic()
        => Diagnostic.Create(DiagnosticDescriptors.Get(Id), Location?.ToLocation() ?? Microsoft.CodeAnalysis.Location.None, Message);
}
