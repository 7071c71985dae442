namespace ModelGen.Conformance;

/// <summary>How a case ended, and why.</summary>
/// <param name="Result">How.</param>
/// <param name="Detail">The diagnostic or what went wrong; empty when passed.</param>
internal sealed record CaseOutcome(CaseResult Result, string Detail)
{
    public static CaseOutcome Passed { get; } = new(CaseResult.Passed, "");

    public static CaseOutcome Failed(string detail) => new(CaseResult.Failed, detail);
}
