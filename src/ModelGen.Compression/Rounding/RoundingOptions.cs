namespace ModelGen.Compression.Rounding;

/// <summary>Settings of adaptive rounding.</summary>
/// <param name="Dampening">Added to the diagonal of H, as a share of its mean.</param>
/// <param name="OrderByCurvature">Rounds the inputs with the largest second moments first, while the most weights are left to make up for
/// them (the "act order" of GPTQ's authors); otherwise in the order of the columns.</param>
/// <param name="SupportColumns">With a mask, layers of at most so many columns are rounded with a factorization of each row's own inputs,
/// which makes up with the weights that stay only.</param>
/// <param name="Threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
internal sealed record RoundingOptions(double Dampening = LinearAlgebra.InputHessian.Dampening, bool OrderByCurvature = true,
    int SupportColumns = 1200, int Threads = 0);
