namespace ModelGen.Compression.Pipeline;

/// <summary>How far compression is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Share of all work, 0 to 1.</param>
/// <param name="Note">A result on the way, or <see langword="null"/>.</param>
internal sealed record CompressionProgress(string Stage, double Done, string? Note = null);
