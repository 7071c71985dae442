namespace ModelGen.Generator;

/// <summary>What became of a request.</summary>
/// <param name="HintName">Name of the emitted file.</param>
/// <param name="Source">The emitted class; one without members after an error.</param>
/// <param name="Error">Why the model was refused, or <see langword="null"/>.</param>
internal sealed record CompileResult(string HintName, string Source, DiagnosticInfo? Error);
