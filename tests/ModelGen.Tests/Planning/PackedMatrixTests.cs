using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Planning.Packing;
using Xunit;

namespace ModelGen.Tests.Planning;

/// <summary>Packed matrices, read back by a reader of their own that follows the format as it is described.</summary>
public class PackedMatrixTests
{
    private static readonly PackedCoding[] Codings = [PackedCoding.Dense, PackedCoding.Gaps, PackedCoding.Bitmap];

    public static TheoryData<int, int, double, int> Matrices()
    {
        TheoryData<int, int, double, int> data = [];
        foreach ((int rows, int columns) in new[] { (1, 1), (3, 5), (7, 16), (4, 17), (5, 64), (9, 300), (2, 2000) })
            foreach (double density in new[] { 0, 0.003, 0.05, 0.4, 1 })
                foreach (int bits in new[] { 1, 2, 4, 8 }) data.Add(rows, columns, density, bits);
        return data;
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void EveryCodingGivesTheMatrixBack(int rows, int columns, double density, int bits)
    {
        // Rows of equal bits, and rows of fewer and fewer bits, some of them zero.
        foreach (bool isVaried in new[] { false, true })
        {
            int[] values = Matrix(rows, columns, density, row => isVaried ? Math.Max(0, bits - row % 4) : bits);
            PackedMatrix best = PackedMatrix.TryPack(values, rows)!;
            Assert.Equal(values, Read(best));
            foreach (PackedCoding coding in Codings)
            {
                PackedMatrix packed = PackedMatrix.Pack(values, rows, coding);
                Assert.Equal(coding, packed.Coding);
                Assert.Equal(values, Read(packed));
                Assert.True(best.Bytes.Length <= packed.Bytes.Length);
            }
        }
    }

    [Theory]
    [InlineData(0.03, 4, nameof(PackedCoding.Gaps))]
    [InlineData(0.5, 8, nameof(PackedCoding.Bitmap))]
    [InlineData(1, 4, nameof(PackedCoding.Dense))]
    public void TheSmallestCodingIsChosen(double density, int bits, string expected) =>
        Assert.Equal(expected, PackedMatrix.TryPack(Matrix(20, 200, density, _ => bits), 20)!.Coding.ToString());

    [Fact]
    public void EntriesTakeTheBitsOfTheirRowAndRowsOfZerosFourBits()
    {
        // 100 rows of 2 bits and 100 rows of zeros: no row may cost what the widest of the matrix needs.
        int[] values = Matrix(201, 64, 1, row => row == 200 ? 8 : row < 100 ? 2 : 0);
        PackedMatrix packed = PackedMatrix.Pack(values, 201, PackedCoding.Dense);
        Assert.Equal(0, packed.Bits);
        Assert.Equal((201 * 4 + 100 * 64 * 2 + 64 * 8 + 7) / 8 + 3, packed.Bytes.Length);
    }

    [Fact]
    public void ALongGapIsBridged()
    {
        int[] values = new int[5000];
        values[0] = 1;
        values[4999] = -1;
        PackedMatrix packed = PackedMatrix.TryPack(values, 1)!;
        Assert.Equal(PackedCoding.Gaps, packed.Coding);
        Assert.Equal(values, Read(packed));
    }

    [Fact]
    public void ReadersStayWithinTheBytes()
    {
        int[] values = Matrix(3, 40, 1, _ => 8);
        foreach (PackedCoding coding in Codings)
        {
            PackedMatrix packed = PackedMatrix.Pack(values, 3, coding);
            int last = packed.Bytes.Length - 4;
            Assert.True(last >= 0 && packed.Bytes[^3..].All(value => value == 0));
        }
    }

    [Fact]
    public void ValuesBeyondAByteAreNotPacked()
    {
        Assert.Null(PackedMatrix.TryPack([1, 128], 1));
        Assert.Null(PackedMatrix.TryPack([1, -129], 1));
        Assert.NotNull(PackedMatrix.TryPack([127, -128], 1));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(1, 2)]
    [InlineData(-2, 2)]
    [InlineData(7, 4)]
    [InlineData(-8, 4)]
    [InlineData(8, 5)]
    [InlineData(127, 8)]
    [InlineData(-128, 8)]
    [InlineData(128, 9)]
    public void BitsAreTheFewestOfTwosComplement(int value, int expected) => Assert.Equal(expected, SignedBits.Of([0, value]));

    private static int[] Matrix(int rows, int columns, double density, Func<int, int> bits)
    {
        var random = new Random(rows * 1000 + columns);
        return [.. Enumerable.Range(0, rows * columns).Select(i =>
        {
            int width = bits(i / columns);
            if (width == 0 || random.NextDouble() >= density) return 0;
            int value = random.Next(-(1 << (width - 1)), 1 << (width - 1));
            return value == 0 ? -1 : value;
        })];
    }

    private static int[] Read(PackedMatrix matrix)
    {
        int position = 0;
        int Next(int width)
        {
            int value = 0;
            for (int bit = 0; bit < width; bit++, position++) value |= (matrix.Bytes[position / 8] >> position % 8 & 1) << bit;
            return value;
        }

        int Signed(int width)
        {
            int value = Next(width);
            return value >= 1 << (width - 1) ? value - (1 << width) : value;
        }

        List<int> values = [];
        for (int row = 0; row < matrix.Rows; row++)
        {
            int[] cells = new int[matrix.Columns];
            int width = matrix.Bits > 0 ? matrix.Bits : Next(4);
            if (width > 0 && matrix.Coding == PackedCoding.Dense)
            {
                for (int i = 0; i < cells.Length; i++) cells[i] = Signed(width);
            }
            else if (width > 0 && matrix.Coding == PackedCoding.Gaps)
            {
                int column = -1;
                for (int count = Next(matrix.CountBits); count > 0; count--)
                {
                    column += Next(matrix.GapBits) + 1;
                    cells[column] = Signed(width);
                }
            }
            else if (width > 0)
            {
                int[] map = [.. cells.Select(_ => Next(1))];
                for (int i = 0; i < cells.Length; i++) cells[i] = map[i] == 0 ? 0 : Signed(width);
            }

            values.AddRange(cells);
        }

        Assert.True(position <= 8 * (matrix.Bytes.Length - 3));
        return [.. values];
    }
}
