using ModelGen.Graph;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Sparse fully connected integer layers whose outputs pick their inputs by shuffles, modern profile.</summary>
internal static class ShuffledProductEmitter
{
    private static readonly Helper SpreadChunks = new("SpreadChunks", """
        // Each 16 bytes twice; the last are moved back to end with the input. Signed bytes are read as unsigned ones that are 128 larger.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SpreadChunks(ReadOnlySpan<byte> input, byte flip, Span<byte> output)
        {
            Vector128<byte> flips = Vector128.Create(flip);
            ref byte x = ref MemoryMarshal.GetReference(input), y = ref MemoryMarshal.GetReference(output);
            for (int i = 0; i < input.Length; i += 16)
            {
                Vector128<byte> chunk = Vector128.LoadUnsafe(ref x, (nuint)Math.Min(i, input.Length - 16)) ^ flips;
                Vector256.Create(chunk, chunk).StoreUnsafe(ref y, (nuint)(2 * i));
            }
        }
        """);

    /// <summary>Bytes of a chunk of which each half is there twice (see <see cref="ShuffledMatrix.PickOf"/>).</summary>
    public static readonly Helper PickInputs = new("PickInputs", """
        // From a chunk of 32 bytes, of which each half is there twice, those that picks names: 0 to 15 in its first half, 0xB0 to 0xBF in its second.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<byte> PickInputs(ref byte chunk, Vector256<byte> picks)
        {
            if (Avx512Vbmi.VL.IsSupported) return Avx512Vbmi.VL.PermuteVar32x8(Vector256.LoadUnsafe(ref chunk, 16), picks);

            // A shuffle gives zero where the top bit is set.
            if (Avx2.IsSupported)
                return Avx2.Shuffle(Vector256.LoadUnsafe(ref chunk), picks) | Avx2.Shuffle(Vector256.LoadUnsafe(ref chunk, 32), picks ^ Vector256.Create((byte)0x80));
            return Vector256.Create(PickInputs(ref chunk, picks.GetLower()), PickInputs(ref chunk, picks.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<byte> PickInputs(ref byte chunk, Vector128<byte> picks)
        {
            Vector128<byte> first = Vector128.LoadUnsafe(ref chunk), second = Vector128.LoadUnsafe(ref chunk, 32);
            if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.VectorTableLookup((first, second), picks & Vector128.Create((byte)0x1F));
            if (Ssse3.IsSupported) return Ssse3.Shuffle(first, picks) | Ssse3.Shuffle(second, picks ^ Vector128.Create((byte)0x80));
            return Vector128.Shuffle(first, picks) | Vector128.Shuffle(second, picks ^ Vector128.Create((byte)0xB0));
        }
        """);

    /// <summary>The same for 512 bits.</summary>
    public static readonly Helper PickInputsWide = new("PickInputsWide", """
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<byte> PickInputs(ref byte chunk, Vector512<byte> picks)
        {
            if (Avx512Vbmi.IsSupported) return Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(ref chunk), picks);
            return Vector512.Create(PickInputs(ref chunk, picks.GetLower()), PickInputs(ref chunk, picks.GetUpper()));
        }
        """, PickInputs);

    /// <summary>Writes the body of the layer.</summary>
    public static void Emit(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string chunk = kernel.Offsets!.Element.Keyword();
        string spread = scope.Use(SpreadChunks), multiply = scope.Use(MultiplyShuffled(chunk));
        writer.Line($"Span<byte> chunks = {scope.Scratch(ElementType.UInt8, 0, ShuffledMatrix.SpreadBytes(kernel.Inputs))};");
        if (kernel.Vectors == 1) Row(scope.Operand(0), scope.Result());
        else
            using (writer.Block($"for (int row = 0; row < {kernel.Vectors}; row++)"))
                Row($"{scope.Operand(0)}.Slice(row * {kernel.Inputs}, {kernel.Inputs})", $"{scope.Result()}.Slice(row * {kernel.Outputs}, {kernel.Outputs})");

        void Row(string x, string y)
        {
            writer.Line($"{spread}({QuantizedEmitter.AsBytes(x, kernel.Input)}, flip: {QuantizedEmitter.Flip(kernel.Input)}, chunks);");
            writer.Line($"{multiply}(");
            using (writer.Indent())
            {
                writer.Line($"ref MemoryMarshal.GetReference(chunks), ref MemoryMarshal.GetReference({scope.Table(kernel.Segments!)}), ref MemoryMarshal.GetReference({scope.Table(kernel.First!)}),");
                writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Offsets!)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Weights!)}),");
                writer.Line($"ref MemoryMarshal.GetReference({scope.Table(kernel.Bias!)}), ref MemoryMarshal.GetReference({scope.Table(kernel.Multipliers!)}),");
                writer.Line($"{QuantizedEmitter.AsBytes(y, kernel.Output)}, {ProductEmitter.Finish(kernel)});");
            }
        }
    }

    private static Helper MultiplyShuffled(string chunk)
    {
        string name = chunk == "int" ? "MultiplyShuffledFar" : "MultiplyShuffled";
        return new Helper(name, $$"""
            // Sixteen outputs at a time: output[i] = requantize(bias[i] + sum of what i picks). A round has a chunk of inputs, two picks and then two
            // weights for each output; the sum of a segment of rounds fits 16 bits. The last outputs are moved back to end with the layer.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            private static void {{name}}(
                ref byte x, ref int segments, ref int first, ref {{chunk}} chunks, ref byte rounds, ref int bias, ref float multipliers,
                Span<byte> output, float low, float high, int zeroPoint)
            {
                ref byte y = ref MemoryMarshal.GetReference(output);
                {{VectorHelpers.Limits("Vector256")}}
                {{VectorHelpers.Zero("Vector256")}}
                int segment = 0, k = 0;
                for (int group = 1, i = 0; i < output.Length; group++, i += 16)
                {
                    int row = Math.Min(i, output.Length - 16);
                    Vector256<int> lower = Vector256.LoadUnsafe(ref bias, (nuint)row), upper = Vector256.LoadUnsafe(ref bias, (nuint)row + 8);
                    for (int last = Unsafe.Add(ref segments, group); segment < last; segment++)
                    {
                        Vector256<short> part = Vector256<short>.Zero;
                        for (int end = Unsafe.Add(ref first, segment + 1); k < end; k++, rounds = ref Unsafe.Add(ref rounds, 64))
                        {
                            Vector256<byte> picked = PickInputs(ref Unsafe.Add(ref x, 64 * Unsafe.Add(ref chunks, k)), Vector256.LoadUnsafe(ref rounds));
                            part += MultiplyBytePairs(picked, Vector256.LoadUnsafe(ref rounds, 32).AsSByte());
                        }

                        lower += Vector256.WidenLower(part);
                        upper += Vector256.WidenUpper(part);
                    }

                    StoreBytes(
                        Requantize(lower, Vector256.LoadUnsafe(ref multipliers, (nuint)row), {{VectorHelpers.RequantizeArguments}}),
                        Requantize(upper, Vector256.LoadUnsafe(ref multipliers, (nuint)row + 8), {{VectorHelpers.RequantizeArguments}}), ref Unsafe.Add(ref y, row));
                }
            }
            """, PickInputs, ByteTileHelpers.MultiplyBytePairs, VectorHelpers.Requantize, ByteTileHelpers.StoreByteRuns);
    }
}
