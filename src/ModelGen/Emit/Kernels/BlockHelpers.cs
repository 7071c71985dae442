using System;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Products with matrices in blocks, modern profile.</summary>
internal static class BlockHelpers
{
    /// <summary>Signed bytes as real numbers.</summary>
    public static readonly Helper WidenBlock = new("WidenBlock", """
        // Eight signed bytes as real numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> WidenBlock(ref sbyte weights)
        {
            Vector128<sbyte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<sbyte, byte>(ref weights))).AsSByte();
            if (Avx2.IsSupported) return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes));
            Vector128<short> shorts = Vector128.WidenLower(bytes);
            return Vector256.Create(Vector128.ConvertToSingle(Vector128.WidenLower(shorts)), Vector128.ConvertToSingle(Vector128.WidenUpper(shorts)));
        }

        // Four signed bytes as real numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<float> WidenFour(ref sbyte weights)
        {
            Vector128<sbyte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.As<sbyte, byte>(ref weights))).AsSByte();
            return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)));
        }

        // Sixteen signed bytes as real numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> WidenPanel(ref sbyte weights) => Avx512F.IsSupported
            ? Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref weights)))
            : Vector512.Create(WidenBlock(ref weights), WidenBlock(ref Unsafe.Add(ref weights, 8)));
        """);

    /// <summary>Stores two vectors side by side.</summary>
    public static readonly Helper StoreRows = new("StoreRows", """
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreRows(Vector256<float> a, Vector256<float> b, ref float output)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                a.ToVector512Unsafe().WithUpper(b).StoreUnsafe(ref output);
                return;
            }

            a.StoreUnsafe(ref output);
            b.StoreUnsafe(ref output, 8);
        }
        """);

    /// <summary>A matrix in blocks of one input and eight outputs times a vector.</summary>
    /// <param name="weight">Float32 or Int8.</param>
    /// <param name="column">Element type of the inputs' numbers.</param>
    public static Helper MultiplyBlocks(ElementType weight, ElementType column)
    {
        bool isByte = weight == ElementType.Int8;
        string name = "MultiplyBlocks" + (isByte ? "Int8" : "") + (column == ElementType.Int32 ? "Far" : "");
        string scales = isByte ? ", ref float scales" : "";
        string finish = isByte ? "MultiplyAdd(sum0 + sum1 + (sum2 + sum3), Vector256.LoadUnsafe(ref scales, (nuint)row), Vector256.LoadUnsafe(ref bias, (nuint)row))" : "sum0 + sum1 + (sum2 + sum3)";
        string start = isByte ? "Vector256<float>.Zero" : "Vector256.LoadUnsafe(ref bias, (nuint)row)";
        string Term(int k)
        {
            string weights = k == 0 ? "w" : FormattableString.Invariant($"Unsafe.Add(ref w, {8 * k})");
            string index = k == 0 ? "c" : FormattableString.Invariant($"Unsafe.Add(ref c, {k})");
            return $"Vector256.Create(Unsafe.Add(ref x, (nint){index})), " + (isByte ? $"WidenBlock(ref {weights})" : $"Vector256.LoadUnsafe(ref {weights})");
        }

        return new Helper(name, $$"""
            // output[8 * block + lane] = bias[8 * block + lane] + sum of weights[8 * k + lane] * x[columns[k]] for k in [first[block], first[block + 1]){{(isByte ? ", scaled" : "")}}.
            // Every other time the blocks are walked backwards: then those that are still in the cache come first.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ref float x, ref int first, ref {{column.Keyword()}} columns, ref {{weight.Keyword()}} weights{{scales}}, ref float bias, ref float output, int blocks, bool isBackwards)
            {
                for (int n = 0; n < blocks; n++)
                {
                    int block = isBackwards ? blocks - 1 - n : n, row = block * 8;
                    int k = Unsafe.Add(ref first, block), left = Unsafe.Add(ref first, block + 1) - k;
                    ref {{column.Keyword()}} c = ref Unsafe.Add(ref columns, k);
                    ref {{weight.Keyword()}} w = ref Unsafe.Add(ref weights, k * 8);
                    Vector256<float> sum0 = {{start}}, sum1 = Vector256<float>.Zero, sum2 = sum1, sum3 = sum1;
                    for (; left >= 4; left -= 4, c = ref Unsafe.Add(ref c, 4), w = ref Unsafe.Add(ref w, 32))
                    {
                        sum0 = MultiplyAdd({{Term(0)}}, sum0);
                        sum1 = MultiplyAdd({{Term(1)}}, sum1);
                        sum2 = MultiplyAdd({{Term(2)}}, sum2);
                        sum3 = MultiplyAdd({{Term(3)}}, sum3);
                    }

                    for (; left > 0; left--, c = ref Unsafe.Add(ref c, 1), w = ref Unsafe.Add(ref w, 8)) sum0 = MultiplyAdd({{Term(0)}}, sum0);
                    ({{finish}}).StoreUnsafe(ref output, (nuint)row);
                }
            }
            """, isByte ? [VectorHelpers.MultiplyAdd, WidenBlock] : [VectorHelpers.MultiplyAdd]);
    }
}
