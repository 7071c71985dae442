namespace ModelGen.Planning.Packing;

/// <summary>How the tables of a layer are stored.</summary>
/// <param name="Packs">Weights as a <see cref="PackedMatrix"/>.</param>
/// <param name="Narrows">Biases and multipliers in as few bits as hold them.</param>
/// <param name="Computes">Offsets made by a loop where they repeat.</param>
/// <param name="Reason">Why, for the banner; empty when all is stored as the kernel reads it.</param>
internal sealed record Storage(bool Packs, bool Narrows, bool Computes, string Reason);
