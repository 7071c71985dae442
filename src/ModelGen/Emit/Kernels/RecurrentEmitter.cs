using System;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// Recurrent layers over a whole sequence, both profiles: the input products of all steps first, then step by step the recurrent product
/// and the gates (ONNX RNN, GRU, LSTM).
/// </summary>
internal static class RecurrentEmitter
{
    public static void Emit(RecurrentKernel kernel, LayerScope scope)
    {
        if (kernel.RecurrentBlocks is not null)
        {
            BlockedRecurrentEmitter.Emit(kernel, scope);
            return;
        }

        CodeWriter writer = scope.Writer;
        Recurrent layer = kernel.Layer;
        int hidden = layer.Hidden, gates = layer.Gates * hidden;
        writer.Line($"Span<float> sequence = {scope.Result(0)}, hidden = {scope.Result(1)};");
        if (layer.Cell == RecurrentCell.Lstm) writer.Line($"Span<float> cell = {scope.Result(2)};");
        writer.Line($"Span<float> projected = {scope.Scratch(ElementType.Float32, 0, kernel.Steps * gates)};");
        writer.Line($"Span<float> gates = {scope.Scratch(ElementType.Float32, kernel.Steps * gates * sizeof(float), gates)};");
        writer.Line(kernel.HasInitialHidden ? $"{Initial(kernel, 4, scope)}.CopyTo(hidden);" : "hidden.Clear();");
        if (layer.Cell == RecurrentCell.Lstm)
            writer.Line(kernel.HasInitialCell ? $"{Initial(kernel, 5, scope)}.CopyTo(cell);" : "cell.Clear();");
        writer.Line();
        Product(scope, kernel.InputProduct!, scope.InputName(0)!, scope.Table(kernel.InputBias), kernel.Steps, "projected", gates, gates);
        writer.Line();
        using (writer.Block(layer.Reverse ? $"for (int step = {kernel.Steps - 1}; step >= 0; step--)"
            : $"for (int step = 0; step < {kernel.Steps}; step++)"))
        {
            writer.Line($"ReadOnlySpan<float> p = projected.Slice(step * {gates}, {gates});");
            switch (layer.Cell)
            {
                case RecurrentCell.Lstm: Lstm(kernel, gates, scope); break;
                case RecurrentCell.Gru: Gru(kernel, gates, scope); break;
                default: Simple(kernel, gates, scope); break;
            }

            writer.Line();
            writer.Line($"hidden.CopyTo(sequence.Slice(step * {hidden}));");
        }
    }

    /// <summary>Expression for an initial state.</summary>
    public static string Initial(RecurrentKernel kernel, int input, LayerScope scope)
    {
        Value value = scope.Step.Node.Inputs[input]!;
        if (value.Constant is null) return scope.InputName(input)!;
        ConstantTable table = (input == 4 ? kernel.InitialHidden : kernel.InitialCell)!;
        int hidden = kernel.Layer.Hidden;
        return kernel.Samples == 1 ? scope.Table(table)
            : FormattableString.Invariant($"{scope.Table(table)}.Slice(sample * {hidden}, {hidden})");
    }

    // target[row][i] = bias[i] + sum over k of x[row][k] * weights[k][first gate + i]
    private static void Product(
        LayerScope scope, GateProduct product, string x, string bias, int rows, string target, int stride, int length, int firstGate = 0)
    {
        CodeWriter writer = scope.Writer;
        int taps = product.Taps;
        string From(ConstantTable table) => firstGate == 0
            ? scope.Table(table) : FormattableString.Invariant($"{scope.Table(table)}.Slice({firstGate})");
        if (scope.IsModern && !product.IsSparse)
        {
            string helper = scope.Use(TileHelpers.Create(new TileFlavor("MultiplyColumns", false, false, true, "float", "int")));
            string source = $"ref MemoryMarshal.GetReference({From(product.Weights)}), ref MemoryMarshal.GetReference({scope.Table(product.Offsets)})";
            writer.Line($"{helper}(");
            using (writer.Indent())
            {
                writer.Line($"{source}, taps: {taps},");
                writer.Line($"ref MemoryMarshal.GetReference({x}), ref MemoryMarshal.GetReference({bias}), rows: {rows},");
                writer.Line($"ref MemoryMarshal.GetReference({target}), stride: {stride}, length: {length},");
                writer.Line("low: float.NegativeInfinity, high: float.PositiveInfinity);");
            }

            return;
        }

        if (rows == 1)
        {
            Row(scope, product, From, x, bias, length == stride ? target : FormattableString.Invariant($"{target}.Slice(0, {length})"));
            return;
        }

        using (writer.Block($"for (int row = 0; row < {rows}; row++)"))
        {
            writer.Line($"Span<float> target = {target}.Slice(row * {stride}, {length});");
            Row(scope, product, From, FormattableString.Invariant($"{x}.Slice(row * {taps}, {taps})"), bias, "target");
        }
    }

    private static void Row(LayerScope scope, GateProduct product, Func<ConstantTable, string> from, string x, string bias, string target)
    {
        if (product.IsSparse)
        {
            string multiply = scope.Use(DotHelpers.SparseRows(product.Offsets.Element, scope.IsModern));
            string entries = $"{scope.Table(product.Offsets)}, {scope.Table(product.Weights)}";
            scope.Writer.Line($"{multiply}({x}, {from(product.First!)}, {entries}, {bias}, {target});");
            return;
        }

        string accumulate = scope.Use(PortableHelpers.Accumulate(ElementType.Float32, ElementType.Float32, ElementType.Int32));
        scope.Writer.Line($"{bias}.CopyTo({target});");
        scope.Writer.Line($"{accumulate}({from(product.Weights)}, {scope.Table(product.Offsets)}, {x}, {target});");
    }

    private static void Lstm(RecurrentKernel kernel, int gates, LayerScope scope)
    {
        int hidden = kernel.Layer.Hidden;
        CodeWriter writer = scope.Writer;
        Product(scope, kernel.RecurrentProduct!, "hidden", "p", 1, "gates", gates, gates);
        if (kernel.Peepholes is not null) writer.Line($"ReadOnlySpan<float> peepholes = {scope.Table(kernel.Peepholes)};");
        bool isVector = IsVector(kernel, scope);
        if (isVector)
        {
            using (VectorLoop(hidden, scope)) GateLoops.Lstm(writer, "Vector256", $"{hidden}", "hidden");

            writer.Line();
        }

        using (ScalarLoop(hidden, isVector, scope))
        {
            bool peeps = kernel.Peepholes is not null;
            writer.Line($"float inputGate = {Activate(kernel, 0, $"gates[i]{(peeps ? " + peepholes[i] * cell[i]" : "")}", scope)};");
            writer.Line(kernel.Layer.CoupleInputForget
                ? "float forgetGate = 1 - inputGate;"
                : $"float forgetGate = {Activate(kernel, 0, $"gates[{2 * hidden} + i]{(peeps ? $" + peepholes[{2 * hidden} + i] * cell[i]" : "")}", scope)};");
            writer.Line($"float candidate = {Activate(kernel, 1, $"gates[{3 * hidden} + i]", scope)};");
            writer.Line("float c = forgetGate * cell[i] + inputGate * candidate;");
            writer.Line($"float outputGate = {Activate(kernel, 0, $"gates[{hidden} + i]{(peeps ? $" + peepholes[{hidden} + i] * c" : "")}", scope)};");
            writer.Line("cell[i] = c;");
            writer.Line($"hidden[i] = outputGate * {Function(kernel.Layer.Activations[2], "c", scope)};");
        }
    }

    private static void Gru(RecurrentKernel kernel, int gates, LayerScope scope)
    {
        int hidden = kernel.Layer.Hidden;
        CodeWriter writer = scope.Writer;
        bool isVector = IsVector(kernel, scope);
        if (kernel.Layer.LinearBeforeReset)
        {
            Product(scope, kernel.RecurrentProduct!, "hidden", scope.Table(kernel.RecurrentBias!), 1, "gates", gates, gates);
            if (isVector)
            {
                using (VectorLoop(hidden, scope)) GateLoops.LinearGru(writer, "Vector256", $"{hidden}", "p", "hidden");

                writer.Line();
            }

            using (ScalarLoop(hidden, isVector, scope))
            {
                writer.Line($"float update = {Activate(kernel, 0, "p[i] + gates[i]", scope)};");
                writer.Line($"float reset = {Activate(kernel, 0, $"p[{hidden} + i] + gates[{hidden} + i]", scope)};");
                writer.Line($"float candidate = {Activate(kernel, 1, $"p[{2 * hidden} + i] + reset * gates[{2 * hidden} + i]", scope)};");
                writer.Line("hidden[i] = (1 - update) * candidate + update * hidden[i];");
            }

            return;
        }

        // The candidate sees the hidden state through the reset gate, so its product comes after the gates.
        int extra = (kernel.Steps * gates + gates) * sizeof(float);
        writer.Line($"Span<float> passed = {scope.Scratch(ElementType.Float32, extra, hidden)}, candidates = {scope.Scratch(ElementType.Float32, extra + hidden * sizeof(float), hidden)};");
        Product(scope, kernel.RecurrentProduct!, "hidden", $"p.Slice(0, {2 * hidden})", 1, "gates", gates, 2 * hidden);
        if (isVector)
        {
            using (VectorLoop(hidden, scope)) GateLoops.GruGates(writer, "Vector256", $"{hidden}", "hidden");

            writer.Line();
        }

        using (ScalarLoop(hidden, isVector, scope))
        {
            writer.Line($"gates[i] = {Activate(kernel, 0, "gates[i]", scope)};");
            writer.Line($"passed[i] = {Activate(kernel, 0, $"gates[{hidden} + i]", scope)} * hidden[i];");
        }

        Product(scope, kernel.RecurrentProduct!, "passed", $"p.Slice({2 * hidden})", 1, "candidates", hidden, hidden, firstGate: 2 * hidden);
        if (isVector)
        {
            writer.Line("i = 0;");
            using (VectorLoop(hidden, scope, declares: false)) GateLoops.GruState(writer, "Vector256", "candidates, i", "hidden");
            writer.Line();
        }

        using (ScalarLoop(hidden, isVector, scope))
            writer.Line($"hidden[i] = (1 - gates[i]) * {Activate(kernel, 1, "candidates[i]", scope)} + gates[i] * hidden[i];");
    }

    private static void Simple(RecurrentKernel kernel, int gates, LayerScope scope)
    {
        Product(scope, kernel.RecurrentProduct!, "hidden", "p", 1, "gates", gates, gates);
        scope.Writer.Line($"for (int i = 0; i < {kernel.Layer.Hidden}; i++) hidden[i] = {Activate(kernel, 0, "gates[i]", scope)};");
    }

    private static bool IsVector(RecurrentKernel kernel, LayerScope scope) =>
        scope.IsModern && kernel.Peepholes is null && kernel.Layer.HasUsualGates;

    private static Block VectorLoop(int hidden, LayerScope scope, bool declares = true)
    {
        scope.Use(FunctionHelpers.Gates);
        if (declares) scope.Writer.Line("int i = 0;");
        return scope.Writer.Block(FormattableString.Invariant($"for (; i <= {hidden} - 8; i += 8)"));
    }

    // What vectors leave over, or everything.
    private static Block ScalarLoop(int hidden, bool isVector, LayerScope scope) =>
        scope.Writer.Block(FormattableString.Invariant($"for ({(isVector ? "" : "int i = 0")}; i < {hidden}; i++)"));

    private static string Activate(RecurrentKernel kernel, int activation, string x, LayerScope scope)
    {
        if (kernel.Layer.Clip > 0)
            x = $"{scope.UseMethod(VectorHelpers.ScalarClamp, "Clamp")}({x}, {Literals.Float(-kernel.Layer.Clip)}, {Literals.Float(kernel.Layer.Clip)})";
        return Function(kernel.Layer.Activations[activation], x, scope);
    }

    private static string Function(RecurrentActivation activation, string x, LayerScope scope) => activation.Function switch
    {
        UnaryFunction.Sigmoid => $"{scope.Use(Sigmoid)}({x})",
        UnaryFunction.Tanh => $"MathF.Tanh({x})",
        _ => $"{scope.Use(ActivationHelper(activation, scope))}({x})",
    };

    private static readonly Helper Sigmoid = new("Sigmoid", "private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));");

    private static Helper ActivationHelper(RecurrentActivation activation, LayerScope scope)
    {
        // The parameters are part of the name: one cell may use a function with two sets of them.
        string parameters = activation.Alpha == 0 && activation.Beta == 0
            ? "" : FormattableString.Invariant($"{activation.Alpha:R}_{activation.Beta:R}");
        string name = $"Gate{activation.Function}" + System.Text.RegularExpressions.Regex.Replace(parameters, "[^0-9A-Za-z]", "_");
        string body = Expressions.Unary(activation.Function, "x", activation.Alpha, activation.Beta, scope);
        return new Helper(name, $"private static float {name}(float x) => {body};");
    }
}
