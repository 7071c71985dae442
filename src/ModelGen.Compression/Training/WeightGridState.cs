namespace ModelGen.Compression.Training;

/// <summary>The grid that the weights of a parameter are rounded to while it is trained: one scale and one largest integer a row.</summary>
/// <param name="Scales">Step of each row.</param>
/// <param name="Limits">Largest magnitude of the integers of each row: 2^(bits - 1) - 1.</param>
internal sealed record WeightGridState(float[] Scales, int[] Limits);
