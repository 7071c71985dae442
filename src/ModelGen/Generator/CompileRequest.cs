using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>A model to compile into a class. Small and comparable by value: this is the key under which the pipeline caches the
/// result.</summary>
internal sealed record CompileRequest
{
    /// <summary>Full path of the model file.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 the file had when the build began, lower-case hexadecimal; empty when there was no file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The item as the project writes it, for messages.</summary>
    public required string Item { get; init; }

    /// <summary>Name of the emitted file.</summary>
    public required string HintName { get; init; }

    /// <summary>Everything else that decides what is emitted.</summary>
    public required CompileOptions Options { get; init; }

    /// <summary>Fingerprint of the resource of weights that the build wrote; empty when it wrote none.</summary>
    public string WeightsFingerprint { get; init; } = "";

    /// <summary>Whether types of ModelGen.Runtime can be named.</summary>
    public required bool HasRuntime { get; init; }

    /// <summary>Set when an option is invalid: the model is not compiled.</summary>
    public DiagnosticInfo? Refusal { get; init; }
}
