namespace ModelGen.Compression.Sensitivity;

/// <summary>A step along the lower convex hull of a row's losses.</summary>
/// <param name="Row">The row.</param>
/// <param name="From">Bits before.</param>
/// <param name="To">Bits after.</param>
/// <param name="Cost">Bits that the step adds to the total.</param>
/// <param name="Gain">Loss that it saves.</param>
internal readonly record struct BitStep(int Row, int From, int To, long Cost, double Gain);
