namespace ModelGen.Generator;

/// <summary>Who becomes which class.</summary>
/// <param name="Requests">What to compile.</param>
/// <param name="Errors">What cannot be: attributes that fit nothing, two models for one class.</param>
internal sealed record Resolution(EquatableArray<CompileRequest> Requests, EquatableArray<DiagnosticInfo> Errors);
