namespace ModelGen.Compression.Calibration;

/// <summary>The integers that stand for the values of a tensor.</summary>
/// <param name="Bits">Bits of an integer, 2 to 8.</param>
/// <param name="IsSigned">From -2^(bits - 1), rather than from 0.</param>
/// <param name="IsSymmetric">The zero point is the middle of the range: 0, or 2^(bits - 1) for unsigned integers. Otherwise it is
/// free.</param>
/// <param name="PowerOfTwo">The scale is a power of two.</param>
internal sealed record ActivationFormat(int Bits = 8, bool IsSigned = false, bool IsSymmetric = false, bool PowerOfTwo = false)
{
    /// <summary>The smallest integer.</summary>
    public int Lowest => IsSigned ? -(1 << (Bits - 1)) : 0;

    /// <summary>The largest integer.</summary>
    public int Highest => Lowest + (1 << Bits) - 1;

    /// <summary>The integer in the middle, which stands for zero in a symmetric format.</summary>
    public int Middle => Lowest + (1 << (Bits - 1));
}
