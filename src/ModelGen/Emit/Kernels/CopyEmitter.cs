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
        int loops = contiguous ? rank - 1 : rank;
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
