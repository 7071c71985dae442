namespace ModelGen.Planning.Kernels;

/// <summary>How the taps of a convolution are walked.</summary>
internal enum TapOrder
{
    /// <summary>All taps, the same for every output channel of a group.</summary>
    Dense,

    /// <summary>Only taps with non-zero weights, a list for each output channel.</summary>
    Sparse,
}
