using System;

namespace ModelGen.Emit;

/// <summary>An open indentation.</summary>
internal readonly struct Indentation(CodeWriter writer) : IDisposable
{
    /// <summary>Ends the indentation.</summary>
    public void Dispose() => writer.Close(brace: false);
}
