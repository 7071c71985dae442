using System;

namespace ModelGen.Emit;

/// <summary>An open block of braces.</summary>
internal readonly struct Block(CodeWriter writer) : IDisposable
{
    /// <summary>Writes the closing brace.</summary>
    public void Dispose() => writer.Close(brace: true);
}
