namespace ModelGen.Conformance;

/// <summary>How a case ended.</summary>
internal enum CaseResult
{
    /// <summary>All outputs are right.</summary>
    Passed,

    /// <summary>The compiler declined the model with a diagnostic.</summary>
    Refused,

    /// <summary>Anything else: wrong values, emitted code that does not compile, an exception.</summary>
    Failed,
}
