namespace ModelGen.Compression.Pruning;

/// <summary>Which weights live or die together.</summary>
internal enum PrunePattern
{
    /// <summary>Each weight for itself.</summary>
    Unstructured,

    /// <summary>The weights of input channels 2c and 2c + 1 at the same kernel tap of the same row.</summary>
    Pairs,

    /// <summary>One input of eight adjacent rows.</summary>
    Blocks,

    /// <summary>A whole row: an output channel or neuron.</summary>
    Channels,
}
