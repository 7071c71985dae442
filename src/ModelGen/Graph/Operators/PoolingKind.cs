namespace ModelGen.Graph.Operators;

/// <summary>What a pooling window computes.</summary>
public enum PoolingKind
{
    /// <summary>Largest element; padding does not count.</summary>
    Max,

    /// <summary>Mean of the elements.</summary>
    Average,
}
