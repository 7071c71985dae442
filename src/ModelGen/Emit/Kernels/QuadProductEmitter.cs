using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Fully connected integer layers that multiply four inputs at a time (see <see cref="QuadMatrix"/>), modern profile.</summary>
internal static class QuadProductEmitter
{
    // Outputs whose sums fit the registers of vectors of 256 bits, two sums each.
    private const int MostOutputs = 32;

    private static readonly Helper FlipBytes = new("FlipBytes", """
        // Signed bytes as unsigned ones that are 128 larger, and zeros behind them.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void FlipBytes(ReadOnlySpan<byte> input, byte flip, Span<byte> output)
        {
            ref byte x = ref MemoryMarshal.GetReference(input), y = ref MemoryMarshal.GetReference(output);
            int i = 0;
            for (; i <= input.Length - Vector<byte>.Count; i += Vector<byte>.Count) (Vector.LoadUnsafe(ref x, (nuint)i) ^ new Vector<byte>(flip)).StoreUnsafe(ref y, (nuint)i);
            for (; i < output.Length; i++) output[i] = i < input.Length ? (byte)(input[i] ^ flip) : (byte)0;
        }
        """);

    private static readonly Helper AddNeighbours = new("AddNeighbours", """
        // The sums of lanes 2i and 2i + 1.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> AddNeighbours(Vector256<int> a, Vector256<int> b)
        {
            if (Avx2.IsSupported) return Avx2.Permute4x64(Avx2.HorizontalAdd(a, b).AsInt64(), 0b11_01_10_00).AsInt32();
            return Vector256.Create(AddNeighbours(a.GetLower(), a.GetUpper()), AddNeighbours(b.GetLower(), b.GetUpper()));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> AddNeighbours(Vector128<int> a, Vector128<int> b)
        {
            if (Ssse3.IsSupported) return Ssse3.HorizontalAdd(a, b);
            if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.AddPairwise(a, b);
            return Vector128.Create(a.GetElement(0) + a.GetElement(1), a.GetElement(2) + a.GetElement(3), b.GetElement(0) + b.GetElement(1), b.GetElement(2) + b.GetElement(3));
        }
        """);

    private static readonly Helper RepeatQuads = new("RepeatQuads", """
        // Four unsigned bytes as 16-bit numbers, for each of several outputs.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<int> Repeat128(int inputs) => Vector128.WidenLower(Vector128.Create(inputs).AsByte()).AsInt32();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> Repeat256(int inputs) => Avx2.IsSupported
            ? Avx2.ConvertToVector256Int16(Vector128.Create(inputs).AsByte()).AsInt32() : Vector256.Create(Repeat128(inputs), Repeat128(inputs));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> Repeat512(int inputs) => Avx512BW.IsSupported
            ? Avx512BW.ConvertToVector512Int16(Vector256.Create(inputs).AsByte()).AsInt32() : Vector512.Create(Repeat256(inputs), Repeat256(inputs));
        """);

    /// <summary>Writes the body of the layer.</summary>
    public static void Emit(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        bool isDirect = QuadMatrix.IsDirect(kernel.Input, kernel.Inputs), isSingle = kernel.Vectors == 1;
        int size = QuadMatrix.Quads(kernel.Inputs) * QuadMatrix.Inputs;
        string y = QuantizedEmitter.AsBytes(scope.Result(), kernel.Output);
        if (!isDirect) writer.Line($"Span<byte> quads = {scope.Scratch(ElementType.UInt8, 0, size)};");
        scope.Reference("byte", "x", isDirect ? scope.Operand(0) : "quads");
        scope.Reference("sbyte", "weights", scope.Table(kernel.Weights!));
        scope.Reference("int", "bias", scope.Table(kernel.Bias!));
        scope.Reference("float", "multipliers", scope.Table(kernel.Multipliers!));
        scope.Reference("byte", "y", y);
        if (isSingle) Row();
        else
        {
            string step = isDirect ? FormattableString.Invariant($", x = ref Unsafe.Add(ref x, {size})") : "";
            using (writer.Block($"for (int row = 0; row < {kernel.Vectors}; row++, y = ref Unsafe.Add(ref y, {kernel.Outputs}){step})")) Row();
        }

        void Row()
        {
            string from = isSingle ? scope.Operand(0) : FormattableString.Invariant($"{scope.Operand(0)}.Slice(row * {kernel.Inputs}, {kernel.Inputs})");
            if (!isDirect) writer.Line($"{scope.Use(FlipBytes)}({QuantizedEmitter.AsBytes(from, kernel.Input)}, flip: {QuantizedEmitter.Flip(kernel.Input)}, quads);");
            int laid = 0;
            foreach (IGrouping<int, (int First, int Size)> panels in QuadMatrix.Split(kernel.Outputs).GroupBy(panel => panel.First % panel.Size == 0 ? panel.Size : -1))
            {
                (int first, int outputs) = panels.First();
                int last = panels.Last().First;
                string i = first == last ? FormattableString.Invariant($"{first}") : "i", at = first == last ? FormattableString.Invariant($"{laid * size}") : $"i * {size}";
                if (first == last) Multiply(outputs, at, i);
                else
                {
                    writer.Line($"for (int i = {first}; i <= {last}; i += {outputs})");
                    using (writer.Indent()) Multiply(outputs, at, i);
                }

                laid += panels.Count() * outputs;
            }
        }

        void Multiply(int outputs, string at, string i)
        {
            writer.Line($"{scope.Use(Panel(outputs))}(");
            using (writer.Indent())
            {
                writer.Line($"ref x, quads: {size / QuadMatrix.Inputs}, {At("weights", at)}, {At("bias", i)}, {At("multipliers", i)},");
                writer.Line($"{At("y", i)}, {ProductEmitter.Finish(kernel)});");
            }
        }
    }

    private static string At(string reference, string index) => index == "0" ? $"ref {reference}" : $"ref Unsafe.Add(ref {reference}, {index})";

    private static Helper Panel(int outputs) => new(FormattableString.Invariant($"MultiplyQuads{outputs}"), () => Text(outputs),
        VectorHelpers.MultiplyAddPairs, AddNeighbours, RepeatQuads, VectorHelpers.LoadPairs, VectorHelpers.Requantize, VectorHelpers.StoreBytes);

    private static string Text(int outputs)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line($"// output[i] = requantize(bias[i] + sum of weights[k][i] * x[k]) for {outputs} outputs: for every four inputs there are four weights of each output.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void MultiplyQuads{outputs}(");
        using (writer.Indent())
            writer.Line("ref byte x, int quads, ref sbyte weights, ref int bias, ref float multipliers, ref byte output, float low, float high, int zeroPoint)");
        using (writer.Block())
        {
            writer.Line("int k = 0;");
            writer.Line("#if NET10_0_OR_GREATER");
            using (writer.Block("if (AvxVnni.IsSupported)"))
            {
                Sums(writer, outputs / 8, 256);
                using (writer.Block($"for (; k < quads; k++, weights = ref Unsafe.Add(ref weights, {4 * outputs}))"))
                {
                    writer.Line("Vector256<byte> inputs = Vector256.Create(Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref x, 4 * k))).AsByte();");
                    for (int v = 0; v < outputs / 8; v++)
                        writer.Line($"sum{v} = AvxVnni.MultiplyWideningAndAdd(sum{v}, inputs, Vector256.LoadUnsafe(ref {Plus("weights", 32 * v)}));");
                }

                writer.Line();
                VectorHelpers.DeclareRange(writer, "Vector256");
                for (int v = 0; v < outputs / 8; v++) Finish(writer, v, $"sum{v}");
                writer.Line("return;");
            }

            writer.Line("#endif");
            using (writer.Block("if (Vector512.IsHardwareAccelerated)")) Wide(writer, 512, outputs, false, outputs);

            bool hasParts = outputs > MostOutputs;
            using (writer.Block(hasParts ? $"else for (int part = 0; part < {outputs}; part += {MostOutputs})" : "else"))
                Wide(writer, 256, outputs, hasParts, Math.Min(outputs, MostOutputs));
        }

        return writer.ToString().TrimEnd('\n');
    }

    // Sums of two outputs in neighbouring lanes, of the first two and the last two inputs.
    private static void Wide(CodeWriter writer, int width, int outputs, bool isPart, int count)
    {
        int each = width / 64, vectors = count / each;
        string start = isPart ? "4 * part + " : "";
        Sums(writer, vectors, width);
        string from = isPart ? "k = 0" : "";
        using (writer.Block($"for ({from}; k < quads; k++)"))
        {
            writer.Line($"ref sbyte w = ref Unsafe.Add(ref weights, {start}{4 * outputs} * k);");
            writer.Line($"Vector{width}<int> inputs = Repeat{width}(Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref x, 4 * k)));");
            for (int v = 0; v < vectors; v++)
                writer.Line($"sum{v} = MultiplyAddPairs(inputs, LoadPairs{width}(ref {Plus("w", v * 4 * each)}), sum{v});");
        }

        writer.Line();
        VectorHelpers.DeclareRange(writer, "Vector256");
        for (int v = 0; v < count / 8; v++)
        {
            string sum = width == 512 ? $"AddNeighbours(sum{v}.GetLower(), sum{v}.GetUpper())" : $"AddNeighbours(sum{2 * v}, sum{2 * v + 1})";
            Finish(writer, v, sum, isPart ? "part" : null);
        }
    }

    private static void Sums(CodeWriter writer, int count, int width)
    {
        for (int v = 0; v < count; v++) writer.Line($"Vector{width}<int> sum{v} = Vector{width}<int>.Zero;");
    }

    private static void Finish(CodeWriter writer, int v, string sum, string? part = null)
    {
        string index = part is null ? FormattableString.Invariant($"{8 * v}") : FormattableString.Invariant($"{part} + {8 * v}");
        writer.Line($"Vector256<int> total{v} = Vector256.LoadUnsafe(ref Unsafe.Add(ref bias, {index})) + {sum};");
        writer.Line($"StoreBytes(Requantize(total{v}, Vector256.LoadUnsafe(ref Unsafe.Add(ref multipliers, {index})), {VectorHelpers.RequantizeArguments}), ref Unsafe.Add(ref output, {index}));");
    }

    private static string Plus(string reference, int index) => index == 0 ? reference : FormattableString.Invariant($"Unsafe.Add(ref {reference}, {index})");
}
