namespace ModelGen.Planning.Kernels;

/// <summary>What the two 16-bit halves of an input lane hold, so that one multiply-add instruction does two taps.</summary>
internal enum Pairing
{
    /// <summary>Nothing: single values.</summary>
    None,

    /// <summary>Two neighbouring input channels.</summary>
    Channels,

    /// <summary>Two neighbouring pixels.</summary>
    Pixels,
}
