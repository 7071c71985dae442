namespace ModelGen.Compression.Pruning;

/// <summary>Which weights of a layer live or die together.</summary>
internal enum PrunePattern
{
    /// <summary>Each weight alone.</summary>
    Unstructured,

    /// <summary>Weights of two neighbouring inputs of an output: what the integer kernels multiply with one instruction.</summary>
    Pairs,

    /// <summary>Weights of one input and 16 neighbouring outputs: a vector, for layers without pixels.</summary>
    Blocks,

    /// <summary>Whole outputs: channels, neurons, hidden units.</summary>
    Channels,
}
