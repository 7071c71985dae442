using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// Recurrent layers with matrices in blocks, modern profile: gates and states are filled up to whole vectors, and each step is two products
/// and one loop over vectors of hidden units.
/// </summary>
internal static class BlockedRecurrentEmitter
{
    // Blocks of rows whose sums, with an input, fit 16 registers.
    private const int UnrolledRows = 12;

    public static void Emit(RecurrentKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        Recurrent layer = kernel.Layer;
        int hidden = layer.Hidden, units = kernel.PaddedHidden, gates = layer.Gates * units, offset = 0;
        bool isLstm = layer.Cell == RecurrentCell.Lstm;
        string Buffer(int length)
        {
            string buffer = scope.Scratch(ElementType.Float32, offset, length);
            offset += length * sizeof(float);
            return buffer;
        }

        writer.Line($"Span<float> sequence = {scope.Result(0)}, gates = {Buffer(gates)}{(isLstm ? $", cell = {Buffer(units)}" : "")};");
        writer.Line($"Span<float> state = {Buffer(RecurrentKernel.StateLength(hidden, kernel.Inputs, kernel.IsJoint))};{(kernel.IsJoint ? " // An input lies behind." : "")}");
        if (layer.Cell == RecurrentCell.Gru) writer.Line($"Span<float> projected = {Buffer(gates)}, passed = {Buffer(units)};");
        Start("state", kernel.HasInitialHidden ? RecurrentEmitter.Initial(kernel, 4, scope) : null);
        if (isLstm) Start("cell", kernel.HasInitialCell ? RecurrentEmitter.Initial(kernel, 5, scope) : null);
        writer.Line($"ref float x = ref MemoryMarshal.GetReference({scope.InputName(0)}), y = ref MemoryMarshal.GetReference(gates), h = ref MemoryMarshal.GetReference(state), bias = ref MemoryMarshal.GetReference({scope.Table(kernel.InputBias)});");
        if (kernel.InputBlocks is not null) Declare(kernel.InputBlocks, "input", scope);
        Declare(kernel.RecurrentBlocks!, "recurrent", scope);
        if (layer.Cell == RecurrentCell.Gru)
        {
            writer.Line("ref float p = ref MemoryMarshal.GetReference(projected), r = ref MemoryMarshal.GetReference(passed);");
            if (layer.LinearBeforeReset) writer.Line($"ref float recurrentBias = ref MemoryMarshal.GetReference({scope.Table(kernel.RecurrentBias!)});");
        }

        writer.Line();
        string steps = layer.Reverse ? FormattableString.Invariant($"int step = {kernel.Steps - 1}; step >= 0; step--")
            : FormattableString.Invariant($"int step = 0; step < {kernel.Steps}; step++");
        using (writer.Block($"for ({steps})"))
        {
            switch (layer.Cell)
            {
                case RecurrentCell.Lstm: Lstm(kernel, scope); break;
                case RecurrentCell.Gru: Gru(kernel, scope); break;
                default: Simple(kernel, scope); break;
            }

            writer.Line();
            writer.Line($"{scope.Use(VectorHelpers.CopyFloats)}(ref h, ref MemoryMarshal.GetReference(sequence.Slice(step * {hidden})), {hidden});");
        }

        writer.Line();
        writer.Line($"state.Slice(0, {hidden}).CopyTo({scope.Result(1)});");
        if (isLstm) writer.Line($"cell.Slice(0, {hidden}).CopyTo({scope.Result(2)});");

        void Start(string name, string? value)
        {
            writer.Line($"{name}.Clear();");
            if (value is not null) writer.Line($"{value}.CopyTo({name});");
        }
    }

    private static void Lstm(RecurrentKernel kernel, LayerScope scope)
    {
        int units = kernel.PaddedHidden;
        CodeWriter writer = scope.Writer;
        MultiplyBoth(kernel, 4 * units, scope);
        writer.Line($"{scope.Use(GateLoops.LstmStep)}(gates, cell, state, units: {units});");
    }

    private static void Gru(RecurrentKernel kernel, LayerScope scope)
    {
        int units = kernel.PaddedHidden;
        CodeWriter writer = scope.Writer;
        Multiply(kernel, kernel.InputBlocks!, "input", $"Unsafe.Add(ref x, step * {kernel.Inputs})", "bias", "p", 0, 3 * units, scope);
        if (kernel.Layer.LinearBeforeReset)
        {
            Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "recurrentBias", "y", 0, 3 * units, scope);
            writer.Line($"{scope.Use(GateLoops.LinearGruStep)}(projected, gates, state, units: {units});");
            return;
        }

        // The candidate sees the hidden state through the reset gate, so its product comes after the gates.
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "p", "y", 0, 2 * units, scope);
        writer.Line($"{scope.Use(GateLoops.GruResetStep)}(gates, state, passed, units: {units});");

        writer.Line();
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "r", "p", "y", 2 * units, units, scope);
        writer.Line($"{scope.Use(GateLoops.GruStateStep)}(gates, state, units: {units});");
    }

    private static void Simple(RecurrentKernel kernel, LayerScope scope)
    {
        int units = kernel.PaddedHidden;
        MultiplyBoth(kernel, units, scope);
        scope.Writer.Line($"{scope.Use(GateLoops.SimpleStep)}(gates, state, units: {units});");
    }

    private static void Declare(BlockedProduct product, string name, LayerScope scope)
    {
        if (product.First is not null) scope.Reference("int", name + "First", scope.Table(product.First));
        if (product.Columns is not null) scope.Reference(product.Columns.Element.Keyword(), name + "Columns", scope.Table(product.Columns));
        scope.Reference(product.Weights.Element.Keyword(), name + "Weights", scope.Table(product.Weights));
        if (product.Scales is not null) scope.Reference("float", name + "Scales", scope.Table(product.Scales));
    }

    // Multiplies some of the rows, which begin and end with whole blocks.
    private static void Multiply(
        RecurrentKernel kernel, BlockedProduct product, string name, string operand, string bias, string target, int row, int rows,
        LayerScope scope)
    {
        if (product.Unrolled is { } blocks)
        {
            Unroll([(blocks, name + "Weights", operand)], bias, target, row, rows, scope);
            return;
        }

        bool isSparse = product.Columns is not null;
        string helper = scope.Use(isSparse ? BlockHelpers.MultiplyBlocks(product.Weights.Element, product.Columns!.Element)
            : PanelHelpers.Multiply(product.Weights.Element));
        string At(string reference, int index) => index == 0 ? "ref " + reference
            : FormattableString.Invariant($"ref Unsafe.Add(ref {reference}, {index})");
        string scales = product.Scales is null ? "" : At(name + "Scales", row) + ", ";
        bool turns = product.IsLarge && kernel.Steps > 1;
        scope.Writer.Line($"{helper}(");
        using (scope.Writer.Indent())
        {
            int columns = kernel.IsJoint ? kernel.Layer.Hidden + kernel.Inputs : name == "input" ? kernel.Inputs : kernel.Layer.Hidden;
            string matrix = isSparse ? $"{At(name + "First", row / BlockedMatrix.Lanes)}, ref {name}Columns, ref {name}Weights"
                : $"columns: {columns}, {At(name + "Weights", row * columns)}";
            scope.Writer.Line($"ref {operand}, {matrix}, {scales}{At(bias, row)}, {At(target, row)},");
            string count = isSparse ? FormattableString.Invariant($"blocks: {rows / BlockedMatrix.Lanes}")
                : FormattableString.Invariant($"panels: {rows / PanelMatrix.Lanes}");
            scope.Writer.Line($"{count}, isBackwards: {(turns ? "step % 2 != 0" : "false")});");
        }
    }

    // Both products into the same gates; written out, they are one.
    private static void MultiplyBoth(RecurrentKernel kernel, int gates, LayerScope scope)
    {
        string x = $"Unsafe.Add(ref x, step * {kernel.Inputs})";
        if (kernel is { InputBlocks.Unrolled: { } input, RecurrentBlocks.Unrolled: { } recurrent })
        {
            Unroll([(input, "inputWeights", x), (recurrent, "recurrentWeights", "h")], "bias", "y", 0, gates, scope);
            return;
        }

        if (kernel.IsJoint)
        {
            scope.Writer.Line($"{scope.Use(VectorHelpers.CopyFloats)}(ref {x}, ref Unsafe.Add(ref h, {kernel.Layer.Hidden}), {kernel.Inputs});");
            Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "bias", "y", 0, gates, scope);
            return;
        }

        Multiply(kernel, kernel.InputBlocks!, "input", x, "bias", "y", 0, gates, scope);
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "y", "y", 0, gates, scope);
    }

    // Some rows at a time, whose sums stay in registers; each input is loaded once for them. They are stored in twos: a load of both right after that need not wait
    // for two stores.
    private static void Unroll(
        IReadOnlyList<(BlockedMatrix Blocks, string Weights, string Operand)> products, string bias, string target, int row, int rows, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        scope.Use(BlockHelpers.StoreRows);
        scope.Use(VectorHelpers.MultiplyAdd);
        using (writer.Block())
        {
            for (int n = 0; n < products.Count; n++) writer.Line($"ref float v{n} = ref {products[n].Operand};");
            string value = products.Any(product => product.Blocks.Columns.Length > 0) ? "value, " : "";
            writer.Line($"Vector256<float> {value}{string.Join(", ", Enumerable.Range(0, Math.Min(UnrolledRows, rows / BlockedMatrix.Lanes)).Select(Sum))};");
            int first = row / BlockedMatrix.Lanes, end = (row + rows) / BlockedMatrix.Lanes;
            for (int start = first; start < end; start += UnrolledRows)
            {
                int[] blocks = [.. Enumerable.Range(start, Math.Min(UnrolledRows, end - start))];
                foreach (int block in blocks) writer.Line($"{Sum(block - start)} = Vector256.LoadUnsafe(ref {Element(bias, block * BlockedMatrix.Lanes)});");
                for (int n = 0; n < products.Count; n++) Multiply(products[n].Blocks, products[n].Weights, $"v{n}", blocks);
                for (int block = start; block < start + blocks.Length; block += 2)
                    writer.Line($"StoreRows({Sum(block - start)}, {Sum(block - start + 1)}, ref {Element(target, block * BlockedMatrix.Lanes)});");
            }
        }

        void Multiply(BlockedMatrix matrix, string weights, string vector, int[] blocks)
        {
            IEnumerable<(int Block, int At)> entries = blocks.SelectMany(block =>
                Enumerable.Range(matrix.First[block], matrix.First[block + 1] - matrix.First[block]).Select(at => (block, at)));
            foreach (IGrouping<int, (int Block, int At)> column in entries.GroupBy(entry => matrix.Columns[entry.At]).OrderBy(column => column.Key))
            {
                writer.Line($"value = Vector256.Create({Element(vector, column.Key)});");
                foreach ((int block, int at) in column)
                {
                    string sum = Sum(block - blocks[0]);
                    writer.Line($"{sum} = MultiplyAdd(value, Vector256.LoadUnsafe(ref {Element(weights, at * BlockedMatrix.Lanes)}), {sum});");
                }
            }
        }

        string Sum(int block) => FormattableString.Invariant($"sum{block}");
        string Element(string reference, int index) => index == 0 ? reference : FormattableString.Invariant($"Unsafe.Add(ref {reference}, {index})");
    }
}
