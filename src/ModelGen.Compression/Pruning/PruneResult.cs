namespace ModelGen.Compression.Pruning;

/// <summary>A pruned layer.</summary>
/// <param name="Weights">The weights, row by row; zero where pruned.</param>
/// <param name="Keep">For each weight whether it stays.</param>
/// <param name="Loss">0.5 * E[(W x - W0 x)^2], each row times its sensitivity, summed over the rows.</param>
internal sealed record PruneResult(float[] Weights, bool[] Keep, double Loss);
