namespace ModelGen.Compiler;

/// <summary>The emitted C# and what it costs.</summary>
/// <param name="Source">The whole source file; lines end in <c>\n</c>.</param>
/// <param name="Report">Shapes, layers and costs.</param>
public sealed record CompiledModel(string Source, ModelReport Report);
