namespace ModelGen.Benchmarks.Peers.Xnnpack;

/// <summary>Element types (xnnpack.h, xnn_datatype).</summary>
internal enum XnnpackType
{
    /// <summary>Real numbers.</summary>
    Float32 = 1,

    /// <summary>Bytes with a sign.</summary>
    Int8 = 3,

    /// <summary>Bytes without a sign.</summary>
    UInt8 = 4,

    /// <summary>Sums of products.</summary>
    Int32 = 5,

    /// <summary>Bytes with a scale a channel.</summary>
    ChannelwiseInt8 = 6,

    /// <summary>Sums of products with a scale a channel.</summary>
    ChannelwiseInt32 = 7,
}
