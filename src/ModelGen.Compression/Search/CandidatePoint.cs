namespace ModelGen.Compression.Search;

/// <summary>A compressed model as a point: what it gives and what it costs.</summary>
/// <param name="Accuracy">Larger is better.</param>
/// <param name="Costs">Multiply-accumulates, bytes, ...; smaller is better. All points of a set have the same costs in the same
/// order.</param>
internal sealed record CandidatePoint(double Accuracy, EquatableArray<double> Costs);
