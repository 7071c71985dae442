using System;
using System.Linq;

namespace ModelGen.Compiler;

/// <summary>The one way a model is refused: an id of docs/diagnostics.md and a message that names the file's part, what is wrong and what
/// to do.</summary>
public sealed class ModelException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="id">Diagnostic id, one of <see cref="ModelErrorIds"/>.</param>
    /// <param name="message">One line: which node or tensor, what is wrong, what to do.</param>
    public ModelException(string id, string message)
        : base(OneLine(message)) => Id = id;

    /// <summary>Diagnostic id, for example <c>MG0003</c>.</summary>
    public string Id { get; }

    // Names of a damaged file may hold anything.
    private static string OneLine(string message) => new(message.Select(c => char.IsControl(c) ? ' ' : c).ToArray());
}
