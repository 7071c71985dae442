using System;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Products with matrices in blocks, modern profile.</summary>
internal static class BlockHelpers
{
    private static readonly Helper WidenBlock = new("WidenBlock", """
        // Eight signed bytes as real numbers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> WidenBlock(ref sbyte weights)
        {
            Vector128<sbyte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<sbyte, byte>(ref weights))).AsSByte();
            if (Avx2.IsSupported) return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(bytes));
            Vector128<short> shorts = Vector128.WidenLower(bytes);
            return Vector256.Create(Vector128.ConvertToSingle(Vector128.WidenLower(shorts)), Vector128.ConvertToSingle(Vector128.WidenUpper(shorts)));
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

    /// <summary>A matrix without zeros times a vector, sixteen outputs at a time.</summary>
    /// <param name="weight">Float32 or Int8.</param>
    public static Helper MultiplyPanels(ElementType weight)
    {
        bool isByte = weight == ElementType.Int8;
        string name = "MultiplyPanels" + (isByte ? "Int8" : "");
        string Load(int at)
        {
            string weights = at == 0 ? "w" : FormattableString.Invariant($"Unsafe.Add(ref w, {at})");
            return isByte ? $"WidenBlock(ref {weights})" : $"Vector256.LoadUnsafe(ref {weights})";
        }

        string Column(int k, string sums) =>
            $"            Vector256<float> x{k} = Vector256.Create(Unsafe.Add(ref v, {k}));\n"
            + $"            {sums}0 = MultiplyAdd(x{k}, {Load(16 * k)}, {sums}0);\n"
            + $"            {sums}1 = MultiplyAdd(x{k}, {Load(16 * k + 8)}, {sums}1);";
        string LoadWide(int panel, int k)
        {
            string at = k == 0 ? "at" : FormattableString.Invariant($"at + {16 * k}");
            return isByte ? $"WidenPanel(ref Unsafe.Add(ref w{panel}, {at}))" : $"Vector512.LoadUnsafe(ref w{panel}, {at})";
        }

        string Row(int panel) => panel == 0 ? "row" : FormattableString.Invariant($"row + {16 * panel}");
        string WideStart(int panel) => isByte ? "Vector512<float>.Zero" : $"Vector512.LoadUnsafe(ref bias, (nuint)({Row(panel)}))";
        string WideFinish(int panel)
        {
            char p = "abcd"[panel];
            string sum = $"{p}0 + {p}1 + ({p}2 + {p}3)";
            return isByte ? $"MultiplyAdd({sum}, Vector512.LoadUnsafe(ref scales, (nuint)({Row(panel)})), Vector512.LoadUnsafe(ref bias, (nuint)({Row(panel)})))" : $"({sum})";
        }

        // Some panels and four columns: each panel has four sums, because one waits four clocks for the one before.
        void Wide(CodeWriter writer, int panels)
        {
            void Column(int k)
            {
                writer.Line($"Vector512<float> x{k} = Vector512.Create(Unsafe.Add(ref v, {k}));");
                for (int p = 0; p < panels; p++) writer.Line($"{"abcd"[p]}{k} = MultiplyAdd(x{k}, {LoadWide(p, k)}, {"abcd"[p]}{k});");
            }

            for (int p = 0; p < panels; p++)
            {
                if (p > 0) writer.Line($"ref {weight.Keyword()} w{p} = ref Unsafe.Add(ref w{p - 1}, next);");
                writer.Line($"Vector512<float> {"abcd"[p]}0 = {WideStart(p)}, {"abcd"[p]}1 = Vector512<float>.Zero, {"abcd"[p]}2 = {"abcd"[p]}1, {"abcd"[p]}3 = {"abcd"[p]}1;");
            }

            using (writer.Block("for (; left >= 4; left -= 4, v = ref Unsafe.Add(ref v, 4), at += 64)"))
                for (int k = 0; k < 4; k++) Column(k);
            writer.Line();
            using (writer.Block("for (; left > 0; left--, v = ref Unsafe.Add(ref v, 1), at += 16)")) Column(0);
            writer.Line();
            for (int p = 0; p < panels; p++) writer.Line($"{WideFinish(p)}.StoreUnsafe(ref output, (nuint)({Row(p)}));");
        }

        string WideBodies()
        {
            var writer = new CodeWriter(5);
            foreach (int panels in new[] { 4, 2, 1 })
            {
                writer.Line(panels == 4 ? "if (size == 4)" : panels == 2 ? "else if (size == 2)" : "else");
                using (writer.Block()) Wide(writer, panels);
            }

            return writer.ToString().TrimEnd('\n');
        }

        string Finish(string sum, string at) => isByte
            ? $"MultiplyAdd({sum}, Vector256.LoadUnsafe(ref scales, (nuint){at}), Vector256.LoadUnsafe(ref bias, (nuint){at}))" : $"({sum})";
        string Start(string at) => isByte ? "Vector256<float>.Zero" : $"Vector256.LoadUnsafe(ref bias, (nuint){at})";
        return new Helper(name, $$"""
            // output[16 * panel + lane] = bias[16 * panel + lane] + sum of weights[panel][column][lane] * x[column]{{(isByte ? ", scaled" : "")}}.
            // Every other time the panels are walked backwards: then those that are still in the cache come first.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ref float x, int columns, ref {{weight.Keyword()}} weights{{(isByte ? ", ref float scales" : "")}}, ref float bias, ref float output, int panels, bool isBackwards)
            {
                if (Vector512.IsHardwareAccelerated)
                {
                    nint next = (nint)columns * 16;
                    for (int n = 0, size; n < panels; n += size)
                    {
                        size = panels - n >= 4 ? 4 : panels - n >= 2 ? 2 : 1;
                        int row = (isBackwards ? panels - size - n : n) * 16, left = columns;
                        ref float v = ref x;
                        nuint at = 0;
                        ref {{weight.Keyword()}} w0 = ref Unsafe.Add(ref weights, row * columns);
            {{WideBodies()}}
                    }

                    return;
                }

                for (int n = 0; n < panels; n++)
                {
                    int panel = isBackwards ? panels - 1 - n : n, row = panel * 16, left = columns;
                    ref float v = ref x;
                    ref {{weight.Keyword()}} w = ref Unsafe.Add(ref weights, row * columns);
                    Vector256<float> a0 = {{Start("row")}}, a1 = {{Start("row + 8")}};
                    Vector256<float> b0 = Vector256<float>.Zero, b1 = b0, c0 = b0, c1 = b0, d0 = b0, d1 = b0;
                    for (; left >= 4; left -= 4, v = ref Unsafe.Add(ref v, 4), w = ref Unsafe.Add(ref w, 64))
                    {
            {{Column(0, "a")}}
            {{Column(1, "b")}}
            {{Column(2, "c")}}
            {{Column(3, "d")}}
                    }

                    for (; left > 0; left--, v = ref Unsafe.Add(ref v, 1), w = ref Unsafe.Add(ref w, 16))
                    {
            {{Column(0, "a")}}
                    }

                    {{Finish("a0 + b0 + (c0 + d0)", "row")}}.StoreUnsafe(ref output, (nuint)row);
                    {{Finish("a1 + b1 + (c1 + d1)", "row + 8")}}.StoreUnsafe(ref output, (nuint)row + 8);
                }
            }
            """, isByte ? [VectorHelpers.MultiplyAdd, WidenBlock] : [VectorHelpers.MultiplyAdd]);
    }
}
