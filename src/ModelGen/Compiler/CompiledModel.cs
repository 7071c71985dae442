namespace ModelGen.Compiler;

/// <summary>The emitted C# and what it costs.</summary>
/// <param name="Source">The whole source file; lines end in <c>\n</c>.</param>
/// <param name="Report">Shapes, layers and costs.</param>
public sealed record CompiledModel(string Source, ModelReport Report)
{
    /// <summary>What must be embedded in the assembly; <see langword="null"/> when all weights are in the source.</summary>
    public EmbeddedWeights? Resource { get; init; }
}
