namespace ModelGen.Compression.Pruning;

/// <summary>What a weight is worth when it is decided which ones go.</summary>
internal enum PruneCriterion
{
    /// <summary>The second-order estimate of the loss without it.</summary>
    SecondOrder,

    /// <summary>Its square, relative to its layer.</summary>
    Magnitude,
}
