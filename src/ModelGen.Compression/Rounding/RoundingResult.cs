namespace ModelGen.Compression.Rounding;

/// <summary>A layer rounded to its grid.</summary>
/// <param name="Codes">Integers, row by row.</param>
/// <param name="Weights">What they stand for.</param>
/// <param name="Loss">0.5 * E[(W x - W0 x)^2], summed over the rows.</param>
internal sealed record RoundingResult(sbyte[] Codes, float[] Weights, double Loss);
