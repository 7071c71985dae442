namespace ModelGen.Compression.Rounding;

/// <summary>Settings of the grid of a layer's weights.</summary>
/// <param name="ShortScales">Scales have 5 significant bits, so that the compiler stores a byte each; the error is that of the rounded
/// scale.</param>
/// <param name="SharesScale">All rows have one scale, the best for the whole matrix and the most bits of its rows: rows of few weights
/// would take more bytes for scales of their own than for weights.</param>
/// <param name="Threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
internal sealed record WeightGridOptions(bool ShortScales = false, bool SharesScale = false, int Threads = 0);
