using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModelGen.Generator;

/// <summary>A place in a file, by value: a <see cref="Location"/> would keep its syntax tree, and with it the compilation, alive.</summary>
/// <param name="FilePath">Path of the file.</param>
/// <param name="Span">Characters from the start of the file.</param>
/// <param name="Lines">The same as lines and columns.</param>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    /// <summary>The start of a file that is not source code: a model or a project.</summary>
    /// <param name="filePath">Path of the file.</param>
    /// <returns>Its first character.</returns>
    public static LocationInfo OfFile(string filePath) => new(filePath, default, default);

    /// <summary>The place of a piece of syntax.</summary>
    /// <param name="reference">The syntax, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the lookup.</param>
    /// <returns>Its place, or <see langword="null"/>.</returns>
    public static LocationInfo? Of(SyntaxReference? reference, CancellationToken cancellationToken) => reference is null
        ? null
        : new LocationInfo(
            reference.SyntaxTree.FilePath,
            reference.Span,
            reference.SyntaxTree.GetLineSpan(reference.Span, cancellationToken).Span);

    /// <summary>As Roslyn wants it.</summary>
    /// <returns>A location outside any syntax tree.</returns>
    public Location ToLocation() => Location.Create(FilePath, Span, Lines);
}
