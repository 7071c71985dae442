using System;
using System.Globalization;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Copies of strided blocks and picks by index, both profiles.</summary>
internal static class CopyEmitter
{
    private static readonly Helper TransposeBlock = new("TransposeBlock", """
        // target[column * targetPitch + row] = source[row * pitch + column].
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void TransposeBlock(ref float source, ref float target, int rows, int columns, int pitch, int targetPitch)
        {
            // Three colours of a picture: a fourth lane is written over by the next column.
            int start = 0;
            if (rows == 3 && targetPitch == 3 && (Sse2.IsSupported || AdvSimd.Arm64.IsSupported))
            {
                for (; start < columns - 4; start += 4)
                {
                    ref float x = ref Unsafe.Add(ref source, start), y = ref Unsafe.Add(ref target, 3 * start);
                    Vector128<float> a = Vector128.LoadUnsafe(ref x), b = Vector128.LoadUnsafe(ref x, (nuint)pitch), c = Vector128.LoadUnsafe(ref x, (nuint)(2 * pitch));
                    Vector128<double> low = ZipLow(a, b).AsDouble(), lower = ZipLow(c, c).AsDouble(), high = ZipHigh(a, b).AsDouble(), higher = ZipHigh(c, c).AsDouble();
                    ZipLow(low, lower).AsSingle().StoreUnsafe(ref y);
                    ZipHigh(low, lower).AsSingle().StoreUnsafe(ref y, 3);
                    ZipLow(high, higher).AsSingle().StoreUnsafe(ref y, 6);
                    ZipHigh(high, higher).AsSingle().StoreUnsafe(ref y, 9);
                }
            }

            // Blocks of a cache line: rows that lie a power of two apart share a place in the cache.
            for (int block = start; block < columns; block += 16)
            {
                int end = Math.Min(block + 16, columns), row = 0;
                for (; row <= rows - 4 && (Sse2.IsSupported || AdvSimd.Arm64.IsSupported); row += 4)
                {
                    int column = block;
                    for (; column <= end - 4; column += 4)
                    {
                        ref float x = ref Unsafe.Add(ref source, row * pitch + column), y = ref Unsafe.Add(ref target, column * targetPitch + row);
                        Vector128<float> a = Vector128.LoadUnsafe(ref x), b = Vector128.LoadUnsafe(ref x, (nuint)pitch);
                        Vector128<float> c = Vector128.LoadUnsafe(ref x, (nuint)(2 * pitch)), d = Vector128.LoadUnsafe(ref x, (nuint)(3 * pitch));
                        Vector128<double> low = ZipLow(a, b).AsDouble(), lower = ZipLow(c, d).AsDouble();
                        Vector128<double> high = ZipHigh(a, b).AsDouble(), higher = ZipHigh(c, d).AsDouble();
                        ZipLow(low, lower).AsSingle().StoreUnsafe(ref y);
                        ZipHigh(low, lower).AsSingle().StoreUnsafe(ref y, (nuint)targetPitch);
                        ZipLow(high, higher).AsSingle().StoreUnsafe(ref y, (nuint)(2 * targetPitch));
                        ZipHigh(high, higher).AsSingle().StoreUnsafe(ref y, (nuint)(3 * targetPitch));
                    }

                    for (; column < end; column++)
                        for (int i = row; i < row + 4; i++) Unsafe.Add(ref target, column * targetPitch + i) = Unsafe.Add(ref source, i * pitch + column);
                }

                for (; row < rows; row++)
                    for (int column = block; column < end; column++) Unsafe.Add(ref target, column * targetPitch + row) = Unsafe.Add(ref source, row * pitch + column);
            }
        }
        """, VectorHelpers.Zip("float"), VectorHelpers.Zip("double"));

    private static readonly Helper TransposeBytes = new("TransposeBytes", """
        // target[column * targetPitch + row] = source[row * pitch + column].
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void TransposeBytes(ref byte source, ref byte target, int rows, int columns, int pitch, int targetPitch)
        {
            if (rows < 8 || columns < 8 || !(Sse2.IsSupported || AdvSimd.Arm64.IsSupported))
            {
                // Three colours of a picture: what a vector has too much is written over by the next one.
                int start = 0;
                if (rows == 3 && targetPitch == 3 && (Ssse3.IsSupported || AdvSimd.Arm64.IsSupported))
                {
                    for (; start < columns - 9; start += 8)
                    {
                        ref byte x = ref Unsafe.Add(ref source, start), y = ref Unsafe.Add(ref target, 3 * start);
                        Vector128<byte> a = LoadEight(ref x), b = LoadEight(ref Unsafe.Add(ref x, pitch)), c = LoadEight(ref Unsafe.Add(ref x, 2 * pitch));
                        Vector128<ushort> low = ZipLow(a, b).AsUInt16(), high = ZipLow(c, c).AsUInt16();
                        Triples(ZipLow(low, high).AsByte()).StoreUnsafe(ref y);
                        Triples(ZipHigh(low, high).AsByte()).StoreUnsafe(ref y, 12);
                    }
                }

                for (int row = 0; row < rows; row++)
                    for (int column = start; column < columns; column++) Unsafe.Add(ref target, column * targetPitch + row) = Unsafe.Add(ref source, row * pitch + column);
                return;
            }

            // Blocks of a cache line: rows that lie a power of two apart share a place in the cache. The last eight rows and columns are moved back to end
            // with the matrix.
            for (int block = 0; block < columns; block += 64)
            {
                for (int i = 0; i < rows; i += 8)
                {
                    for (int j = block; j < Math.Min(block + 64, columns); j += 8)
                    {
                        int row = Math.Min(i, rows - 8), column = Math.Min(j, columns - 8);
                        ref byte x = ref Unsafe.Add(ref source, row * pitch + column), y = ref Unsafe.Add(ref target, column * targetPitch + row);
                        Vector128<ushort> a = ZipLow(LoadEight(ref x), LoadEight(ref Unsafe.Add(ref x, pitch))).AsUInt16();
                        Vector128<ushort> b = ZipLow(LoadEight(ref Unsafe.Add(ref x, 2 * pitch)), LoadEight(ref Unsafe.Add(ref x, 3 * pitch))).AsUInt16();
                        Vector128<ushort> c = ZipLow(LoadEight(ref Unsafe.Add(ref x, 4 * pitch)), LoadEight(ref Unsafe.Add(ref x, 5 * pitch))).AsUInt16();
                        Vector128<ushort> d = ZipLow(LoadEight(ref Unsafe.Add(ref x, 6 * pitch)), LoadEight(ref Unsafe.Add(ref x, 7 * pitch))).AsUInt16();
                        Vector128<float> low = ZipLow(a, b).AsSingle(), lower = ZipLow(c, d).AsSingle(), high = ZipHigh(a, b).AsSingle(), higher = ZipHigh(c, d).AsSingle();
                        StoreHalves(ZipLow(low, lower), ref y, targetPitch);
                        StoreHalves(ZipHigh(low, lower), ref Unsafe.Add(ref y, 2 * targetPitch), targetPitch);
                        StoreHalves(ZipLow(high, higher), ref Unsafe.Add(ref y, 4 * targetPitch), targetPitch);
                        StoreHalves(ZipHigh(high, higher), ref Unsafe.Add(ref y, 6 * targetPitch), targetPitch);
                    }
                }
            }
        }

        // The first three of every four bytes.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<byte> Triples(Vector128<byte> x) =>
            Vector128.Shuffle(x, Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 16, 16, 16));

        // The lower half to y, the upper one a pitch farther.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreHalves(Vector128<float> x, ref byte y, int pitch)
        {
            Unsafe.WriteUnaligned(ref y, x.AsUInt64().ToScalar());
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref y, pitch), x.AsUInt64().GetElement(1));
        }
        """, VectorHelpers.LoadEight(ElementType.UInt8), VectorHelpers.Zip("byte"), VectorHelpers.Zip("ushort"), VectorHelpers.Zip("float"));

    public static void Emit(CopyKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        if (kernel.Fill is { } fill) writer.Line($"{scope.Result()}.Fill({Number(fill, kernel.Element)});");
        foreach (CopyRegion region in kernel.Regions)
        {
            ConstantTable? constant = region.Input < kernel.Constants.Count ? kernel.Constants[region.Input] : null;
            ConstantTable? lookup = region.Input < kernel.Lookups.Count ? kernel.Lookups[region.Input] : null;
            string source = constant is null ? scope.InputName(region.Input)! : scope.Table(constant);
            EmitRegion(kernel, region, source, lookup, scope);
        }
    }

    public static void Emit(GatherKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string data = kernel.Data is null ? scope.InputName(0)! : scope.Table(kernel.Data), indices = kernel.IndexTable is null
            ? scope.InputName(1)! : scope.Table(kernel.IndexTable);
        writer.Line($"ReadOnlySpan<{kernel.Element.Keyword()}> data = {data};");
        writer.Line($"ReadOnlySpan<{kernel.IndexElement.Keyword()}> indices = {indices};");
        using (writer.Block($"for (int outer = 0; outer < {kernel.Outer}; outer++)"))
        using (writer.Block($"for (int i = 0; i < {kernel.Indices}; i++)"))
        {
            writer.Line("int index = (int)indices[i];");
            writer.Line($"if (index < 0) index += {kernel.AxisSize};");
            writer.Line($"if ((uint)index >= {kernel.AxisSize}u) throw new ArgumentException(\"An index is outside the gathered axis of size {kernel.AxisSize}.\");");
            writer.Line($"data.Slice((outer * {kernel.AxisSize} + index) * {kernel.Inner}, {kernel.Inner}).CopyTo({scope.Result()}.Slice((outer * {kernel.Indices} + i) * {kernel.Inner}));");
        }
    }

    private static void EmitRegion(CopyKernel kernel, CopyRegion region, string source, ConstantTable? lookup, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        int rank = region.Dimensions.Length;
        bool contiguous = rank > 0 && region.FromStrides[rank - 1] == 1 && region.ToStrides[rank - 1] == 1;
        bool swaps = SwapsLastAxes(region, lookup, kernel.Element, scope);
        int loops = swaps ? rank - 2 : contiguous ? rank - 1 : rank;
        for (int i = 0; i < loops; i++)
        {
            string name = LoopNest.Name(i);
            writer.Line(FormattableString.Invariant($"for (int {name} = 0; {name} < {region.Dimensions[i]}; {name}++)"));
            if (i == loops - 1 && lookup is null) continue;
            writer.Block();
        }

        string from = Index(region.FromOffset, region.FromStrides, loops), to = Index(region.ToOffset, region.ToStrides, loops);
        int size = contiguous ? region.Dimensions[rank - 1] : 1;
        using (writer.Indent())
        {
            if (lookup is not null)
            {
                string input = InputElement(kernel, scope, region.Input);
                writer.Line($"for (int i = 0; i < {size}; i++) {scope.Result()}[{to} + i] = unchecked(({kernel.Element.Keyword()}){scope.Table(lookup)}[(byte){input}[{from} + i]]);");
            }
            else if (swaps)
            {
                bool isByte = kernel.Element.IsByte();
                string At(string span, string index) => $"ref Unsafe.Add(ref MemoryMarshal.GetReference({(isByte ? QuantizedEmitter.AsBytes(span, kernel.Element) : span)}), {index})";
                writer.Line($"{scope.Use(isByte ? TransposeBytes : TransposeBlock)}({At(source, from)}, {At(scope.Result(), to)}, rows: {region.Dimensions[rank - 1]}, columns: {region.Dimensions[rank - 2]}, pitch: {region.FromStrides[rank - 1]}, targetPitch: {region.ToStrides[rank - 2]});");
            }
            else if (contiguous)
            {
                writer.Line($"{source}.Slice({from}, {size}).CopyTo({scope.Result()}.Slice({to}));");
            }
            else
            {
                writer.Line($"{scope.Result()}[{to}] = {source}[{from}];");
            }
        }

        if (lookup is not null)
            for (int i = 0; i < loops; i++) writer.Close(brace: true);
        else
            for (int i = 0; i < loops - 1; i++) writer.Close(brace: true);
    }

    // Whether the last two axes change places; vectors do that.
    private static bool SwapsLastAxes(CopyRegion region, ConstantTable? lookup, ElementType element, LayerScope scope)
    {
        int rank = region.Dimensions.Length;
        return scope.IsModern && (element == ElementType.Float32 || element.IsByte()) && lookup is null && rank >= 2
            && region.FromStrides[rank - 2] == 1 && region.ToStrides[rank - 1] == 1;
    }

    private static string InputElement(CopyKernel kernel, LayerScope scope, int input) =>
        kernel.Constants[input] is { } constant ? scope.Table(constant) : scope.InputName(input)!;

    private static string Index(int offset, int[] strides, int count)
    {
        string[] terms = Enumerable.Range(0, count).Where(i => strides[i] != 0)
            .Select(i => strides[i] == 1 ? LoopNest.Name(i) : FormattableString.Invariant($"{LoopNest.Name(i)} * {strides[i]}")).ToArray();
        if (terms.Length == 0) return offset.ToString(CultureInfo.InvariantCulture);
        return offset == 0 ? string.Join(" + ", terms) : offset.ToString(CultureInfo.InvariantCulture) + " + " + string.Join(" + ", terms);
    }

    private static string Number(double value, ElementType element) => element switch
    {
        ElementType.Float32 => Literals.Float((float)value),
        ElementType.Float64 => value.ToString("R", CultureInfo.InvariantCulture) + "d",
        ElementType.Bool => value != 0 ? "true" : "false",
        _ => value.ToString("F0", CultureInfo.InvariantCulture),
    };
}
