using System;
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

        writer.Line($"Span<float> sequence = {scope.Result(0)}, gates = {Buffer(gates)}, state = {Buffer(units)};");
        if (isLstm) writer.Line($"Span<float> cell = {Buffer(units)};");
        if (layer.Cell == RecurrentCell.Gru) writer.Line($"Span<float> projected = {Buffer(gates)}, passed = {Buffer(units)};");
        Start("state", kernel.HasInitialHidden ? RecurrentEmitter.Initial(kernel, 4, scope) : null);
        if (isLstm) Start("cell", kernel.HasInitialCell ? RecurrentEmitter.Initial(kernel, 5, scope) : null);
        writer.Line($"ref float x = ref MemoryMarshal.GetReference({scope.InputName(0)}), y = ref MemoryMarshal.GetReference(gates), h = ref MemoryMarshal.GetReference(state), bias = ref MemoryMarshal.GetReference({scope.Table(kernel.InputBias)});");
        Declare(kernel.InputBlocks!, "input", scope);
        Declare(kernel.RecurrentBlocks!, "recurrent", scope);
        if (layer.Cell == RecurrentCell.Gru)
        {
            writer.Line("ref float p = ref MemoryMarshal.GetReference(projected), r = ref MemoryMarshal.GetReference(passed);");
            if (layer.LinearBeforeReset) writer.Line($"ref float recurrentBias = ref MemoryMarshal.GetReference({scope.Table(kernel.RecurrentBias!)});");
        }

        scope.Use(FunctionHelpers.Gates);
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
            writer.Line($"state.Slice(0, {hidden}).CopyTo(sequence.Slice(step * {hidden}));");
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
        Multiply(kernel, kernel.InputBlocks!, "input", $"Unsafe.Add(ref x, step * {kernel.Inputs})", "bias", "y", 0, 4 * units, scope);
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "y", "y", 0, 4 * units, scope);
        using (Units(kernel, scope)) GateLoops.Lstm(writer, units, "state");
    }

    private static void Gru(RecurrentKernel kernel, LayerScope scope)
    {
        int units = kernel.PaddedHidden;
        CodeWriter writer = scope.Writer;
        Multiply(kernel, kernel.InputBlocks!, "input", $"Unsafe.Add(ref x, step * {kernel.Inputs})", "bias", "p", 0, 3 * units, scope);
        if (kernel.Layer.LinearBeforeReset)
        {
            Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "recurrentBias", "y", 0, 3 * units, scope);
            using (Units(kernel, scope)) GateLoops.LinearGru(writer, units, "projected", "state");
            return;
        }

        // The candidate sees the hidden state through the reset gate, so its product comes after the gates.
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "p", "y", 0, 2 * units, scope);
        using (Units(kernel, scope)) GateLoops.GruGates(writer, units, "state");

        writer.Line();
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "r", "p", "y", 2 * units, units, scope);
        using (Units(kernel, scope)) GateLoops.GruState(writer, $"At(gates, {2 * units} + i)", "state");
    }

    private static void Simple(RecurrentKernel kernel, LayerScope scope)
    {
        int units = kernel.PaddedHidden;
        Multiply(kernel, kernel.InputBlocks!, "input", $"Unsafe.Add(ref x, step * {kernel.Inputs})", "bias", "y", 0, units, scope);
        Multiply(kernel, kernel.RecurrentBlocks!, "recurrent", "h", "y", "y", 0, units, scope);
        using (Units(kernel, scope)) scope.Writer.Line("Set(state, i, Tanh(At(gates, i)));");
    }

    private static Block Units(RecurrentKernel kernel, LayerScope scope) =>
        scope.Writer.Block(FormattableString.Invariant($"for (int i = 0; i < {kernel.PaddedHidden}; i += 8)"));

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
        bool isSparse = product.Columns is not null;
        string helper = scope.Use(isSparse ? BlockHelpers.MultiplyBlocks(product.Weights.Element, product.Columns!.Element)
            : BlockHelpers.MultiplyPanels(product.Weights.Element));
        string At(string reference, int index) => index == 0 ? "ref " + reference
            : FormattableString.Invariant($"ref Unsafe.Add(ref {reference}, {index})");
        string scales = product.Scales is null ? "" : At(name + "Scales", row) + ", ";
        bool turns = product.IsLarge && kernel.Steps > 1;
        scope.Writer.Line($"{helper}(");
        using (scope.Writer.Indent())
        {
            int columns = name == "input" ? kernel.Inputs : kernel.Layer.Hidden;
            string matrix = isSparse ? $"{At(name + "First", row / BlockedMatrix.Lanes)}, ref {name}Columns, ref {name}Weights"
                : $"columns: {columns}, {At(name + "Weights", row * columns)}";
            scope.Writer.Line($"ref {operand}, {matrix}, {scales}{At(bias, row)}, {At(target, row)},");
            string count = isSparse ? FormattableString.Invariant($"blocks: {rows / BlockedMatrix.Lanes}")
                : FormattableString.Invariant($"panels: {rows / BlockedMatrix.PanelLanes}");
            scope.Writer.Line($"{count}, isBackwards: {(turns ? "step % 2 != 0" : "false")});");
        }
    }
}
