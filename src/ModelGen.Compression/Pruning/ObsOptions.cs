namespace ModelGen.Compression.Pruning;

/// <summary>Settings of second-order pruning.</summary>
/// <param name="Dampening">Added to the diagonal of H, as a share of its mean.</param>
/// <param name="RefitColumns">Layers of at most so many columns get the exact least-squares re-fit of the weights that stay.</param>
/// <param name="Threads">Most threads to use; 0 means all processors. The bits of the result do not depend on it.</param>
/// <param name="RowSensitivity">Mean squared gradient of the loss with respect to each row's output, or null for 1.</param>
internal sealed record ObsOptions(double Dampening = LinearAlgebra.InputHessian.Dampening, int RefitColumns = 1200, int Threads = 0,
    float[]? RowSensitivity = null);
