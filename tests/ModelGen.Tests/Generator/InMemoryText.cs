using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModelGen.Tests.Generator;

/// <summary>An additional file without a file.</summary>
/// <param name="path">Its path.</param>
/// <param name="text">Its text; <see langword="null"/> when it cannot be read.</param>
internal sealed class InMemoryText(string path, string? text) : AdditionalText
{
    public override string Path => path;

    public override SourceText? GetText(CancellationToken cancellationToken = default) => text is null
        ? null : SourceText.From(text, Encoding.UTF8);
}
