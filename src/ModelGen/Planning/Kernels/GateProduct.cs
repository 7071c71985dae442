namespace ModelGen.Planning.Kernels;

/// <summary>A matrix of a recurrent layer: what it multiplies, and how it is stored.</summary>
/// <param name="Taps">Elements of the vector that is multiplied: I or H.</param>
/// <param name="Weights">Dense: by element of the vector, [Taps][gates * H], so that a run of gates is computed at once. Sparse: the
/// non-zero weights, gate by gate.</param>
/// <param name="Offsets">Dense: where each row of the weights begins. Sparse: the element that each weight multiplies.</param>
/// <param name="First">Sparse: the first entry of each gate, and the end.</param>
internal sealed record GateProduct(int Taps, ConstantTable Weights, ConstantTable Offsets, ConstantTable? First)
{
    /// <summary>Whether zero weights are left out.</summary>
    public bool IsSparse => First is not null;

    /// <summary>Weights and tables.</summary>
    public ConstantTable?[] Tables => [Weights, Offsets, First];
}
