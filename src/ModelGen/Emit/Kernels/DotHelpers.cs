using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Dot products: dense with vectors (modern) or four sums (portable), and sparse by index.</summary>
internal static class DotHelpers
{
    public static Helper Dense(ElementType input, ElementType weight, bool modern) =>
        modern && input == ElementType.Float32 ? DenseFloat
        : modern && input.IsByte() && weight == ElementType.Int8 ? DenseInteger(input)
        : Scalar(input, weight);

    /// <summary>Products of the elements at listed indices.</summary>
    public static Helper Sparse(ElementType input, ElementType weight, ElementType index, bool modern)
    {
        string sum = input == ElementType.Float32 ? "float" : "int";
        string name = $"DotSparse{input}{(weight == ElementType.Int16 ? "Int16" : "")}{(index == ElementType.Int32 ? "Far" : "")}";

        // Indices come from the model's own tables, so the modern profile reads without bounds checks.
        string At(string i) => modern ? $"Unsafe.Add(ref weight, {i}) * Unsafe.Add(ref source, Unsafe.Add(ref index, {i}))"
            : $"weights[{i}] * x[indices[{i}]]";
        string references = modern
            ? $"""

                    ref {input.Keyword()} source = ref MemoryMarshal.GetReference(x);
                    ref {index.Keyword()} index = ref MemoryMarshal.GetReference(indices);
                    ref {weight.Keyword()} weight = ref MemoryMarshal.GetReference(weights);
                """
            : "";
        return new Helper(name, $$"""
            // Sum of weights[k] * x[indices[k]].
            {{(modern ? "[MethodImpl(MethodImplOptions.AggressiveOptimization)]\n" : "")}}private static {{sum}} {{name}}(ReadOnlySpan<{{input.Keyword()}}> x, ReadOnlySpan<{{index.Keyword()}}> indices, ReadOnlySpan<{{weight.Keyword()}}> weights)
            {{{references}}
                {{sum}} a = 0, b = 0, c = 0, d = 0;
                int k = 0;
                for (; k <= indices.Length - 4; k += 4)
                {
                    a += {{At("k")}};
                    b += {{At("k + 1")}};
                    c += {{At("k + 2")}};
                    d += {{At("k + 3")}};
                }

                for (; k < indices.Length; k++) a += {{At("k")}};
                return a + b + (c + d);
            }
            """);
    }

    /// <summary>A matrix without its zeros times a vector, plus a bias; float32.</summary>
    public static Helper SparseRows(ElementType index, bool modern)
    {
        Helper dot = Sparse(ElementType.Float32, ElementType.Float32, index, modern);
        string name = "MultiplySparse" + (index == ElementType.Int32 ? "Far" : ""), optimize = modern
            ? "[MethodImpl(MethodImplOptions.AggressiveOptimization)]\n" : "";
        return new Helper(name, $$"""
            // output[i] = bias[i] + sum of weights[k] * x[indices[k]] for k in [first[i], first[i + 1]).
            {{optimize}}private static void {{name}}(
                ReadOnlySpan<float> x, ReadOnlySpan<int> first, ReadOnlySpan<{{index.Keyword()}}> indices, ReadOnlySpan<float> weights,
                ReadOnlySpan<float> bias, Span<float> output)
            {
                for (int i = 0; i < output.Length; i++)
                    output[i] = bias[i] + {{dot.Name}}(x, indices.Slice(first[i], first[i + 1] - first[i]), weights.Slice(first[i]));
            }
            """, dot);
    }

    private static readonly Helper DenseFloat = new("DotFloat32", """
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float DotFloat32(ReadOnlySpan<float> x, ReadOnlySpan<float> weights)
        {
            ref float a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(weights);
            int i = 0;
            float sum = 0;
            if (Vector256.IsHardwareAccelerated && x.Length >= 16)
            {
                Vector256<float> s = Vector256<float>.Zero, t = s;
                for (; i <= x.Length - 16; i += 16)
                {
                    s = MultiplyAdd(Vector256.LoadUnsafe(ref Unsafe.Add(ref a, i)), Vector256.LoadUnsafe(ref Unsafe.Add(ref b, i)), s);
                    t = MultiplyAdd(Vector256.LoadUnsafe(ref Unsafe.Add(ref a, i + 8)), Vector256.LoadUnsafe(ref Unsafe.Add(ref b, i + 8)), t);
                }

                sum = Vector256.Sum(s + t);
            }

            if (x.Length - i >= 4)
            {
                Vector128<float> s = Vector128<float>.Zero;
                for (; i <= x.Length - 4; i += 4) s = MultiplyAdd(Vector128.LoadUnsafe(ref Unsafe.Add(ref a, i)), Vector128.LoadUnsafe(ref Unsafe.Add(ref b, i)), s);
                sum += Vector128.Sum(s);
            }

            for (; i < x.Length; i++) sum += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
            return sum;
        }
        """, VectorHelpers.MultiplyAdd);

    private static Helper DenseInteger(ElementType input)
    {
        string widen(string width) => input == ElementType.UInt8 ? $".AsInt16()" : "";
        string keyword = input.Keyword();
        return new Helper("Dot" + input, $$"""
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static int Dot{{input}}(ReadOnlySpan<{{keyword}}> x, ReadOnlySpan<sbyte> weights)
            {
                ref {{keyword}} a = ref MemoryMarshal.GetReference(x);
                ref sbyte b = ref MemoryMarshal.GetReference(weights);
                int i = 0, sum = 0;
                if (Vector256.IsHardwareAccelerated && x.Length >= 16)
                {
                    Vector256<int> s = Vector256<int>.Zero;
                    for (; i <= x.Length - 16; i += 16)
                    {
                        Vector256<short> v = Vector256.WidenLower(Vector128.LoadUnsafe(ref Unsafe.Add(ref a, i)).ToVector256Unsafe()){{widen("256")}};
                        Vector256<short> w = Vector256.WidenLower(Vector128.LoadUnsafe(ref Unsafe.Add(ref b, i)).ToVector256Unsafe());
                        s = MultiplyAddPairs(v.AsInt32(), w.AsInt32(), s);
                    }

                    sum = Vector256.Sum(s);
                }

                if (x.Length - i >= 8)
                {
                    Vector128<int> s = Vector128<int>.Zero;
                    for (; i <= x.Length - 8; i += 8)
                    {
                        Vector128<short> v = Vector128.WidenLower(LoadEight(ref Unsafe.Add(ref a, i))){{widen("128")}};
                        Vector128<short> w = Vector128.WidenLower(LoadEight(ref Unsafe.Add(ref b, i)));
                        s = MultiplyAddPairs(v.AsInt32(), w.AsInt32(), s);
                    }

                    sum += Vector128.Sum(s);
                }

                for (; i < x.Length; i++) sum += Unsafe.Add(ref a, i) * Unsafe.Add(ref b, i);
                return sum;
            }
            """, VectorHelpers.MultiplyAddPairs, VectorHelpers.LoadEight(input), VectorHelpers.LoadEight(ElementType.Int8));
    }

    private static Helper Scalar(ElementType input, ElementType weight)
    {
        string sum = input == ElementType.Float32 ? "float" : "int", name = $"Dot{input}{(weight == ElementType.Int16 ? "Int16" : "")}";
        return new Helper(name, $$"""
            private static {{sum}} {{name}}(ReadOnlySpan<{{input.Keyword()}}> x, ReadOnlySpan<{{weight.Keyword()}}> weights)
            {
                {{sum}} a = 0, b = 0, c = 0, d = 0;
                int i = 0;
                weights = weights.Slice(0, x.Length);
                for (; i <= x.Length - 4; i += 4)
                {
                    a += x[i] * weights[i];
                    b += x[i + 1] * weights[i + 1];
                    c += x[i + 2] * weights[i + 2];
                    d += x[i + 3] * weights[i + 3];
                }

                for (; i < x.Length; i++) a += x[i] * weights[i];
                return a + b + (c + d);
            }
            """);
    }
}
