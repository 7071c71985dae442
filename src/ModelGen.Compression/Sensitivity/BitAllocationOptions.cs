namespace ModelGen.Compression.Sensitivity;

/// <summary>Limits of a bit allocation.</summary>
/// <param name="FewestBits">Fewest bits of a row, 2 to 8.</param>
/// <param name="MostBits">Most bits of a row, 2 to 8.</param>
/// <param name="LowImpactShare">Share of the rows, those with the least impact, that get at most <paramref name="LowImpactMostBits"/>; 0
/// for no such limit, 0.5 for the low-impact half. Rounded up.</param>
/// <param name="LowImpactMostBits">Most bits of a low-impact row; 5 is 37.5 % fewer than 8.</param>
internal sealed record BitAllocationOptions(int FewestBits = 2, int MostBits = 8, double LowImpactShare = 0, int LowImpactMostBits = 5);
