using System;
using System.Threading;

namespace ModelGen.Compiler;

/// <summary>The emitted C# and what it costs.</summary>
/// <param name="Source">The whole source file; lines end in <c>\n</c>.</param>
/// <param name="Report">Shapes, layers and costs.</param>
public sealed record CompiledModel(string Source, ModelReport Report);

/// <summary>The compiler: bytes of a model file in, C# out. Pure: no files, no clock, no culture, no state.</summary>
public static class ModelCompiler
{
    /// <summary>Compiles a model.</summary>
    /// <param name="file">The whole model file.</param>
    /// <param name="fileName">Its name without folder; appears in the emitted code.</param>
    /// <param name="options">Names, profile and limits.</param>
    /// <param name="cancellationToken">Stops the work between passes.</param>
    /// <returns>Source and report; the same bytes for the same arguments on every machine.</returns>
    /// <exception cref="ModelException">The model cannot be compiled; the message says why and what to do.</exception>
    public static CompiledModel Compile(byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken = default)
        => throw new ModelException(ModelErrorIds.InternalError, "not there yet");
}
