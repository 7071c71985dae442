namespace ModelGen.Tool.Verification;

/// <summary>What counts as equal: |actual - expected| at most <c>Absolute + Relative * |expected|</c>.</summary>
/// <param name="Absolute">Absolute tolerance.</param>
/// <param name="Relative">Relative tolerance.</param>
internal sealed record Tolerance(double Absolute, double Relative);
