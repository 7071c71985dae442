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

/// <summary>How a case ended, and why.</summary>
/// <param name="Result">How.</param>
/// <param name="Detail">The diagnostic or what went wrong; empty when passed.</param>
internal sealed record CaseOutcome(CaseResult Result, string Detail)
{
    public static CaseOutcome Passed { get; } = new(CaseResult.Passed, "");

    public static CaseOutcome Failed(string detail) => new(CaseResult.Failed, detail);
}
