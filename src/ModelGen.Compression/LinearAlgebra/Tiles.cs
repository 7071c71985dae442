using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>The one loop behind every matrix product here: an 8 x 8 tile of the result stays in registers while two packed panels stream
/// by. A panel is eight columns wide and lies row by row without gaps. Each element of the result is a chain of fused multiply-adds in row
/// order, so its bits depend neither on the machine's vector width nor on how the rows are cut into panels.</summary>
internal static class Tiles
{
    /// <summary>Width of a panel, and rows and columns of a tile.</summary>
    public const int Width = 8;

    /// <summary>The smallest multiple of <see cref="Width"/> that is not less than a number.</summary>
    /// <param name="count">The number.</param>
    public static int RoundUp(int count) => (count + Width - 1) / Width * Width;

    /// <summary>Adds the product of two panels to a tile: tile[i, j] += sum over k of left[k, i] * right[k, j], or subtracts it.</summary>
    /// <param name="left">Panel of <paramref name="depth"/> x 8.</param>
    /// <param name="right">Panel of <paramref name="depth"/> x 8.</param>
    /// <param name="depth">Rows of both panels.</param>
    /// <param name="tile">First element of the tile; seven more rows follow.</param>
    /// <param name="stride">Distance of the tile's rows in elements.</param>
    /// <param name="subtract">Subtracts instead of adding.</param>
    public static void Add(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int depth, Span<double> tile, int stride, bool subtract)
    {
        if (left.Length < depth * Width || right.Length < depth * Width || tile.Length < 7 * stride + Width)
            throw new ArgumentException("A panel or the tile is too short.");
        ref double a = ref MemoryMarshal.GetReference(left);
        ref double b = ref MemoryMarshal.GetReference(right);
        ref double c = ref MemoryMarshal.GetReference(tile);
        if (Vector512.IsHardwareAccelerated)
        {
            AddWide(ref a, ref b, depth, ref c, stride, subtract);
            return;
        }
        AddNarrow(ref a, ref b, depth, ref c, stride, subtract);
        AddNarrow(ref Unsafe.Add(ref a, 4), ref b, depth, ref Unsafe.Add(ref c, 4 * stride), stride, subtract);
    }

    /// <summary>Copies eight columns of some rows of a matrix to a panel, with zeros where the matrix ends.</summary>
    /// <param name="matrix">Row-major matrix.</param>
    /// <param name="stride">Distance of its rows.</param>
    /// <param name="firstRow">First row to copy.</param>
    /// <param name="rows">Number of rows to copy.</param>
    /// <param name="firstColumn">First column to copy.</param>
    /// <param name="endColumn">Columns from here on count as zero.</param>
    /// <param name="panel">The panel.</param>
    public static void Pack(ReadOnlySpan<double> matrix, int stride, int firstRow, int rows, int firstColumn, int endColumn,
        Span<double> panel)
    {
        int width = Math.Min(Width, endColumn - firstColumn);
        for (int k = 0; k < rows; k++)
        {
            Span<double> to = panel.Slice(k * Width, Width);
            matrix.Slice((firstRow + k) * stride + firstColumn, width).CopyTo(to);
            to[width..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWide(ref double a, ref double b, int depth, ref double c, int stride, bool subtract)
    {
        Vector512<double> c0 = Load(ref c, 0, subtract);
        Vector512<double> c1 = Load(ref c, stride, subtract);
        Vector512<double> c2 = Load(ref c, 2 * stride, subtract);
        Vector512<double> c3 = Load(ref c, 3 * stride, subtract);
        Vector512<double> c4 = Load(ref c, 4 * stride, subtract);
        Vector512<double> c5 = Load(ref c, 5 * stride, subtract);
        Vector512<double> c6 = Load(ref c, 6 * stride, subtract);
        Vector512<double> c7 = Load(ref c, 7 * stride, subtract);
        for (int k = 0; k < depth; k++)
        {
            Vector512<double> row = Vector512.LoadUnsafe(ref b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a), row, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 1)), row, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 2)), row, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 3)), row, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 4)), row, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 5)), row, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 6)), row, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref a, 7)), row, c7);
            a = ref Unsafe.Add(ref a, Width);
            b = ref Unsafe.Add(ref b, Width);
        }
        Store(c0, ref c, 0, subtract);
        Store(c1, ref c, stride, subtract);
        Store(c2, ref c, 2 * stride, subtract);
        Store(c3, ref c, 3 * stride, subtract);
        Store(c4, ref c, 4 * stride, subtract);
        Store(c5, ref c, 5 * stride, subtract);
        Store(c6, ref c, 6 * stride, subtract);
        Store(c7, ref c, 7 * stride, subtract);
    }

    /// <summary>Four rows of a tile, for machines whose vectors hold four numbers or two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNarrow(ref double a, ref double b, int depth, ref double c, int stride, bool subtract)
    {
        Vector256<double> l0 = LoadHalf(ref c, 0, subtract), h0 = LoadHalf(ref c, 4, subtract);
        Vector256<double> l1 = LoadHalf(ref c, stride, subtract), h1 = LoadHalf(ref c, stride + 4, subtract);
        Vector256<double> l2 = LoadHalf(ref c, 2 * stride, subtract), h2 = LoadHalf(ref c, 2 * stride + 4, subtract);
        Vector256<double> l3 = LoadHalf(ref c, 3 * stride, subtract), h3 = LoadHalf(ref c, 3 * stride + 4, subtract);
        for (int k = 0; k < depth; k++)
        {
            Vector256<double> low = Vector256.LoadUnsafe(ref b), high = Vector256.LoadUnsafe(ref b, 4);
            Vector256<double> factor = Vector256.Create(a);
            l0 = Vector256.FusedMultiplyAdd(factor, low, l0);
            h0 = Vector256.FusedMultiplyAdd(factor, high, h0);
            factor = Vector256.Create(Unsafe.Add(ref a, 1));
            l1 = Vector256.FusedMultiplyAdd(factor, low, l1);
            h1 = Vector256.FusedMultiplyAdd(factor, high, h1);
            factor = Vector256.Create(Unsafe.Add(ref a, 2));
            l2 = Vector256.FusedMultiplyAdd(factor, low, l2);
            h2 = Vector256.FusedMultiplyAdd(factor, high, h2);
            factor = Vector256.Create(Unsafe.Add(ref a, 3));
            l3 = Vector256.FusedMultiplyAdd(factor, low, l3);
            h3 = Vector256.FusedMultiplyAdd(factor, high, h3);
            a = ref Unsafe.Add(ref a, Width);
            b = ref Unsafe.Add(ref b, Width);
        }
        StoreHalf(l0, ref c, 0, subtract);
        StoreHalf(h0, ref c, 4, subtract);
        StoreHalf(l1, ref c, stride, subtract);
        StoreHalf(h1, ref c, stride + 4, subtract);
        StoreHalf(l2, ref c, 2 * stride, subtract);
        StoreHalf(h2, ref c, 2 * stride + 4, subtract);
        StoreHalf(l3, ref c, 3 * stride, subtract);
        StoreHalf(h3, ref c, 3 * stride + 4, subtract);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load(ref double c, int offset, bool negate)
    {
        Vector512<double> value = Vector512.LoadUnsafe(ref c, (nuint)offset);
        return negate ? -value : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<double> value, ref double c, int offset, bool negate) =>
        (negate ? -value : value).StoreUnsafe(ref c, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> LoadHalf(ref double c, int offset, bool negate)
    {
        Vector256<double> value = Vector256.LoadUnsafe(ref c, (nuint)offset);
        return negate ? -value : value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalf(Vector256<double> value, ref double c, int offset, bool negate) =>
        (negate ? -value : value).StoreUnsafe(ref c, (nuint)offset);
}
