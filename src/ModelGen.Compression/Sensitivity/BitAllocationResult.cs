namespace ModelGen.Compression.Sensitivity;

/// <summary>Bits of each row.</summary>
/// <param name="Bits">For each row 2 to 8.</param>
/// <param name="TotalBits">Sum of bits * stored weights over the rows; at most the budget.</param>
/// <param name="Loss">Expected increase of the loss.</param>
internal sealed record BitAllocationResult(int[] Bits, long TotalBits, double Loss);
