using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>Recurrent layers of training, both profiles: a loop over the steps that computes all samples of a batch at once.</summary>
internal static class TrainingRecurrentEmitter
{
    public static void Emit(RecurrentForwardKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        (int batch, int steps, int hidden) = (kernel.Batch, kernel.Steps, kernel.Layer.Hidden);
        int gates = kernel.Layer.Gates * hidden, gateStride = steps * gates, stateStride = steps * hidden;
        bool linear = kernel.Layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: true };
        writer.Line($"ReadOnlySpan<float> projected = {scope.InputName(0)}, weights = {scope.InputName(1)};");
        writer.Line($"Span<float> sequence = {scope.Result(0)}, gates = {scope.Result(1)}, inner = {scope.Result(2)};");
        writer.Line($"Span<float> turned = {scope.Scratch(ElementType.Float32, 0, hidden * gates)}, product = {scope.Scratch(ElementType.Float32, hidden * gates * sizeof(float), batch * gates)};");
        if (linear && scope.InputName(2) is null)
            writer.Line($"Span<float> noBias = {scope.Scratch(ElementType.Float32, (hidden + batch) * gates * sizeof(float), gates)};");
        if (linear && scope.InputName(2) is null) writer.Line("noBias.Clear();");
        writer.Line($"{scope.Use(TrainingProductEmitter.Turn)}(weights, turned, rows: {gates}, columns: {hidden});");
        writer.Line();
        using (writer.Block($"for (int step = 0; step < {steps}; step++)"))
        {
            Times(kernel.Layer, steps, writer);
            string before = $"step == 0 ? default : sequence.Slice(before * {hidden})";
            writer.Line($"ReadOnlySpan<float> state = {before};");
            if (linear)
            {
                string bias = scope.InputName(2) ?? "noBias";
                Product(scope, "state", stateStride, "turned", gates, bias, 0, "product", gates, batch, hidden, gates);
                writer.Line($"{scope.Use(RecurrentCells.GruLinearForward(scope.IsModern))}(gates.Slice(at * {gates}), {gateStride}, projected.Slice(at * {gates}), product, state, inner.Slice(at * {hidden}), sequence.Slice(at * {hidden}), {stateStride}, {batch}, {hidden});");
                return;
            }

            string start = $"projected.Slice(at * {gates})", target = $"gates.Slice(at * {gates})";
            switch (kernel.Layer.Cell)
            {
                case RecurrentCell.Lstm:
                    Product(scope, "state", stateStride, "turned", gates, start, gateStride, target, gateStride, batch, hidden, gates);
                    writer.Line($"{scope.Use(RecurrentCells.LstmForward(scope.IsModern))}({target}, {gateStride}, step == 0 ? default : inner.Slice(before * {hidden}), inner.Slice(at * {hidden}), sequence.Slice(at * {hidden}), {stateStride}, {batch}, {hidden});");
                    break;
                case RecurrentCell.Gru:
                    Product(scope, "state", stateStride, "turned", gates, start, gateStride, target, gateStride, batch, hidden, 2 * hidden);
                    writer.Line($"{scope.Use(RecurrentCells.GruGates(scope.IsModern))}({target}, {gateStride}, state, {stateStride}, product, {batch}, {hidden});");
                    Product(scope, "product", hidden, $"turned.Slice({2 * hidden})", gates, $"projected.Slice(at * {gates} + {2 * hidden})",
                        gateStride,
                        $"gates.Slice(at * {gates} + {2 * hidden})", gateStride, batch, hidden, hidden);
                    writer.Line($"{scope.Use(RecurrentCells.GruForward(scope.IsModern))}({target}, {gateStride}, state, sequence.Slice(at * {hidden}), {stateStride}, {batch}, {hidden});");
                    break;
                default:
                    Product(scope, "state", stateStride, "turned", gates, start, gateStride, target, gateStride, batch, hidden, gates);
                    writer.Line($"{scope.Use(RecurrentCells.SimpleForward(scope.IsModern))}({target}, {gateStride}, sequence.Slice(at * {hidden}), {stateStride}, {batch}, {hidden});");
                    break;
            }
        }
    }

    public static void Emit(RecurrentGradientKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        (int batch, int steps, int hidden) = (kernel.Batch, kernel.Steps, kernel.Layer.Hidden);
        int gates = kernel.Layer.Gates * hidden, gateStride = steps * gates, stateStride = steps * hidden, state = batch * hidden;
        writer.Line($"ReadOnlySpan<float> weights = {scope.InputName(2)}, sequence = {scope.InputName(3)}, gates = {scope.InputName(4)}, inner = {scope.InputName(5)};");
        writer.Line($"Span<float> dHidden = {scope.Scratch(ElementType.Float32, 0, state)}, carried = {scope.Scratch(ElementType.Float32, state * sizeof(float), state)};");
        bool isGru = kernel.Layer.Cell == RecurrentCell.Gru;
        string projected = isGru ? "dProjected" : "gradients";
        writer.Line(isGru ? $"Span<float> dProjected = {scope.Result(0)}, dProduct = {scope.Result(1)};"
            : $"Span<float> gradients = {scope.Result()};");
        if (kernel.Layer.Cell == RecurrentCell.Lstm)
            writer.Line($"Span<float> dCell = {scope.Scratch(ElementType.Float32, 2 * state * sizeof(float), state)};");
        if (isGru) writer.Line($"Span<float> dPassed = {scope.Scratch(ElementType.Float32, 2 * state * sizeof(float), state)};");
        if (kernel.Layer.Cell == RecurrentCell.Lstm) writer.Line("dCell.Clear();");
        writer.Line(scope.InputName(1) is { } last ? $"{last}.CopyTo(carried);" : "carried.Clear();");
        writer.Line();
        using (writer.Block($"for (int step = {steps - 1}; step >= 0; step--)"))
        {
            Times(kernel.Layer, steps, writer);
            writer.Line("carried.CopyTo(dHidden);");
            if (scope.InputName(0) is { } sequenceGradient)
                writer.Line($"{scope.Use(RecurrentCells.AddRows)}({sequenceGradient}.Slice(at * {hidden}), {stateStride}, dHidden, {batch}, {hidden});");
            string before = $"step == 0 ? default : sequence.Slice(before * {hidden})", at = $"Slice(at * {gates})";
            switch (kernel.Layer)
            {
                case { Cell: RecurrentCell.Lstm }:
                    writer.Line($"{scope.Use(RecurrentCells.LstmBackward(scope.IsModern))}(gates.{at}, {projected}.{at}, {gateStride}, step == 0 ? default : inner.Slice(before * {hidden}), inner.Slice(at * {hidden}), {stateStride}, dHidden, dCell, {batch}, {hidden});");
                    Product(scope, $"{projected}.{at}", gateStride, "weights", hidden, "default", 0, "carried", hidden, batch, gates,
                        hidden);
                    break;
                case { Cell: RecurrentCell.Gru, LinearBeforeReset: true }:
                    writer.Line($"{scope.Use(RecurrentCells.GruLinearBackward)}(gates.{at}, dProjected.{at}, dProduct.{at}, {gateStride}, {before}, inner.Slice(at * {hidden}), {stateStride}, dHidden, {batch}, {hidden});");
                    Product(scope, $"dProduct.{at}", gateStride, "weights", hidden, "dHidden", hidden, "carried", hidden, batch, gates,
                        hidden);
                    break;
                case { Cell: RecurrentCell.Gru }:
                    writer.Line($"{scope.Use(RecurrentCells.GruCandidateBackward)}(gates.{at}, dProjected.{at}, {gateStride}, {before}, {stateStride}, dHidden, {batch}, {hidden});");
                    Product(scope, $"dProjected.Slice(at * {gates} + {2 * hidden})", gateStride, $"weights.Slice({2 * hidden * hidden})",
                        hidden, "default", 0, "dPassed", hidden, batch, hidden, hidden);
                    writer.Line($"{scope.Use(RecurrentCells.GruResetBackward)}(gates.{at}, dProjected.{at}, {gateStride}, {before}, {stateStride}, dPassed, dHidden, {batch}, {hidden});");
                    Product(scope, $"dProjected.{at}", gateStride, "weights", hidden, "dHidden", hidden, "carried", hidden, batch,
                        2 * hidden, hidden);
                    break;
                default:
                    writer.Line($"{scope.Use(RecurrentCells.SimpleBackward)}(gates.{at}, {projected}.{at}, {gateStride}, dHidden, {batch}, {hidden});");
                    Product(scope, $"{projected}.{at}", gateStride, "weights", hidden, "default", 0, "carried", hidden, batch, gates,
                        hidden);
                    break;
            }
        }

        if (kernel.Layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: false }) writer.Line("dProjected.CopyTo(dProduct);");
    }

    private static void Times(Recurrent layer, int steps, CodeWriter writer) =>
        writer.Line(layer.Reverse ? $"int at = {steps - 1} - step, before = at + 1;" : "int at = step, before = at - 1;");

    private static void Product(
        LayerScope scope, string left, int leftRow, string right, int rightStride, string start, int startStride, string output, int stride,
        int rows, int taps, int columns)
    {
        string count = left == "state" ? $"step == 0 ? 0 : {taps}" : $"{taps}";
        scope.Writer.Line($"{scope.Use(MatrixTiles.For(scope.IsModern))}({left}, {leftRow}, 1, {right}, {rightStride}, {start}, {startStride}, {output}, {stride}, rows: {rows}, taps: {count}, columns: {columns});");
    }
}
