namespace ModelGen.Planning.Packing;

/// <summary>What the tables of a layer take in each form, in bytes.</summary>
/// <param name="Weights">Weights as the kernel reads them; sparse ones with their tables of indices.</param>
/// <param name="Packed">Weights packed, with all that unpacking them needs; <see langword="null"/> when they cannot be.</param>
/// <param name="Numbers">Biases and multipliers.</param>
/// <param name="Narrow">The same in as few bits as hold them.</param>
/// <param name="Offsets">Offsets of taps or rows that are stored beside the weights.</param>
/// <param name="Computed">What is left of them when a loop makes them.</param>
internal sealed record LayerBytes(long Weights, long? Packed, long Numbers, long Narrow, long Offsets, long Computed);
