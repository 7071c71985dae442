namespace ModelGen.Compression.Search;

/// <summary>The general shape of a curve whose knee is looked for.</summary>
internal enum CurveShape
{
    /// <summary>Rises ever more slowly, as accuracy does with size.</summary>
    ConcaveIncreasing,

    /// <summary>Falls ever faster, as accuracy does with sparsity.</summary>
    ConcaveDecreasing,

    /// <summary>Rises ever faster, as loss does with sparsity.</summary>
    ConvexIncreasing,

    /// <summary>Falls ever more slowly, as loss does with size.</summary>
    ConvexDecreasing,
}
