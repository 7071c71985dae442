namespace ModelGen.Compiler;

/// <summary>A resource that emitted code reads its weights from.</summary>
/// <param name="Name">Its name in the assembly: <see cref="CompileOptions.WeightsResource"/>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record EmbeddedWeights(string Name, byte[] Bytes);
