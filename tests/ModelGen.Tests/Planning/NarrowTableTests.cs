using System;
using System.Linq;
using ModelGen.Planning.Packing;
using Xunit;

namespace ModelGen.Tests.Planning;

/// <summary>Tables are stored in fewer bits only where nothing is lost.</summary>
public class NarrowTableTests
{
    [Theory]
    [InlineData(0, 5, 5, 5)]
    [InlineData(1, -128, 127, 0)]
    [InlineData(2, -129, 127, 0)]
    [InlineData(2, 32767, -32768, 0)]
    [InlineData(4, 32768, 0, 0)]
    public void IntegersTakeTheSmallestSize(int expected, params int[] values) => Assert.Equal(expected, NarrowTable.Width(values));

    [Theory]
    [InlineData(0, 0.1f, 0.1f)]
    [InlineData(1, 0.5f, -0.25f, 31.75f)]
    [InlineData(1, 127f, 0f)]
    [InlineData(1, 0.5f, 64f)]
    [InlineData(1, 0.0302734375f, 992f)]
    [InlineData(2, 0.0302734375f, 1984f)]
    [InlineData(2, 0.5f, -64f)]
    [InlineData(2, 0.515625f, 33f)]
    [InlineData(2, 0.5f, 3e38f)]
    [InlineData(2, 65504f, 5.9604645E-08f)]
    [InlineData(4, 0.1f, 0.2f)]
    [InlineData(4, 65520f, 1.0009766f)]
    [InlineData(4, 1.0009766f, float.PositiveInfinity)]
    public void FloatsTakeTheSmallestFormatThatIsExact(int expected, params float[] values)
    {
        // A number whose lower half is not zero fits bfloat16 only after rounding.
        float[] used = [.. values.Select(value => value == 3e38f ? BitConverter.Int32BitsToSingle(0x7F620000) : value)];
        Assert.Equal(expected, NarrowTable.Width(used));
    }

    [Fact]
    public void EveryHalfIsFoundAndGivesItselfBack()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float value = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            ushort[]? found = NarrowTable.Half([value]);
            if (float.IsFinite(value)) Assert.Equal((ushort)bits, Assert.Single(found!));
            else Assert.Null(found);
        }
    }

    [Fact]
    public void ShortFloatsGiveThemselvesBack()
    {
        for (int first = 16; first + 255 <= 0xFEF; first += 37)
        {
            float[] values = [.. Enumerable.Range(first, 256).Select(code =>
                BitConverter.Int32BitsToSingle(code << NarrowTable.ShortShift))];
            (byte[] codes, int start) = NarrowTable.Short(values)!.Value;
            Assert.Equal(values, codes.Select(code => BitConverter.Int32BitsToSingle((code + start) << NarrowTable.ShortShift)));
        }

        foreach (float bad in (float[])[0, -1, 1e-40f, float.PositiveInfinity, float.NaN]) Assert.Null(NarrowTable.Short([1, bad]));
    }

    [Fact]
    public void NegativeZeroIsKept() => Assert.Equal(2, NarrowTable.Width([0f, -0f]));
}
