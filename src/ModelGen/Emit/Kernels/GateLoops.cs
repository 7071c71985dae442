using System;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// The usual gates of recurrent layers, a vector of units at a time, modern profile. The code around calls the index of the first unit <c>i</c>, has
/// the gates in <c>gates</c>, one kind behind the other, and asks for <see cref="FunctionHelpers.Gates"/>. Functions are quotients; they are
/// brought to common denominators, because a division takes as long as ten multiplications.
/// </summary>
internal static class GateLoops
{
    /// <summary>A method for a step of an LSTM over all units, of which there is a multiple of 16.</summary>
    public static readonly Helper LstmStep = Method("LstmStep", "Span<float> gates, Span<float> cell, Span<float> state, int units",
        (writer, vector) => Lstm(writer, vector, "units", "state"));

    /// <summary>A method for a step of a GRU whose reset gate acts on the recurrent product.</summary>
    public static readonly Helper LinearGruStep = Method("LinearGruStep", "Span<float> projected, Span<float> gates, Span<float> state, int units",
        (writer, vector) => LinearGru(writer, vector, "units", "projected", "state"));

    /// <summary>A method for the first half of a step of a GRU whose reset gate acts on the state.</summary>
    public static readonly Helper GruResetStep = Method("GruResetStep", "Span<float> gates, Span<float> state, Span<float> passed, int units",
        (writer, vector) => GruGates(writer, vector, "units", "state"));

    /// <summary>A method for the second half.</summary>
    public static readonly Helper GruStateStep = Method("GruStateStep", "Span<float> gates, Span<float> state, int units",
        (writer, vector) => GruState(writer, vector, "gates, 2 * units + i", "state"));

    /// <summary>A method for a step of a layer without gates.</summary>
    public static readonly Helper SimpleStep = Method("SimpleStep", "Span<float> gates, Span<float> state, int units",
        (writer, vector) => writer.Line($"Set(state, i, Tanh({At(vector)}(gates, i)));"));

    private static Helper Method(string name, string parameters, Action<CodeWriter, string> body)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}({parameters})");
        using (writer.Block())
        {
            writer.Line("int i = 0;");
            using (writer.Block("for (; Vector512.IsHardwareAccelerated && i < units; i += 16)")) body(writer, "Vector512");
            using (writer.Block("for (; i < units; i += 8)")) body(writer, "Vector256");
        }

        return new Helper(name, writer.ToString().TrimEnd('\n'), FunctionHelpers.Gates);
    }

    /// <summary>A step of an LSTM; its cell is <c>cell</c>.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="vector">Vector256 or Vector512.</param>
    /// <param name="units">Units between kinds of gates.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void Lstm(CodeWriter writer, string vector, string units, string state)
    {
        string at = At(vector);
        writer.Line($"{vector}<float> inputGate = {at}(gates, i), outputGate = {at}(gates, {units} + i), forgetGate = {at}(gates, {Times(2, units)} + i);");
        writer.Line($"{vector}<float> candidate = {at}(gates, {Times(3, units)} + i);");
        writer.Line($"{vector}<float> kept = SigmoidUpper(forgetGate) * {at}(cell, i), added = SigmoidUpper(inputGate) * TanhUpper(candidate);");
        writer.Line($"{vector}<float> forget = SigmoidLower(forgetGate), add = SigmoidLower(inputGate) * TanhLower(candidate);");
        writer.Line($"{vector}<float> c = MultiplyAdd(kept, add, added * forget) / (forget * add);");
        writer.Line("Set(cell, i, c);");
        writer.Line($"Set({state}, i, SigmoidUpper(outputGate) * TanhUpper(c) / (SigmoidLower(outputGate) * TanhLower(c)));");
    }

    /// <summary>A step of a GRU whose reset gate acts on the recurrent product.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="vector">Vector256 or Vector512.</param>
    /// <param name="units">Units between kinds of gates.</param>
    /// <param name="projected">Name of the products with the input.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void LinearGru(CodeWriter writer, string vector, string units, string projected, string state)
    {
        string at = At(vector);
        writer.Line($"{vector}<float> update = {at}({projected}, i) + {at}(gates, i), reset = Sigmoid({at}({projected}, {units} + i) + {at}(gates, {units} + i));");
        writer.Line($"{vector}<float> candidate = {at}({projected}, {Times(2, units)} + i) + reset * {at}(gates, {Times(2, units)} + i);");
        State(writer, vector, state);
    }

    /// <summary>The gates of a GRU whose reset gate acts on the state, which it leaves in <c>passed</c>.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="vector">Vector256 or Vector512.</param>
    /// <param name="units">Units between kinds of gates.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void GruGates(CodeWriter writer, string vector, string units, string state) =>
        writer.Line($"Set(passed, i, Sigmoid({At(vector)}(gates, {units} + i)) * {At(vector)}({state}, i));");

    /// <summary>The state of a GRU whose reset gate acts on the state.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="vector">Vector256 or Vector512.</param>
    /// <param name="candidates">Where the sums of the candidate are: a span and an index.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void GruState(CodeWriter writer, string vector, string candidates, string state)
    {
        writer.Line($"{vector}<float> update = {At(vector)}(gates, i), candidate = {At(vector)}({candidates});");
        State(writer, vector, state);
    }

    // (1 - update) * tanh(candidate) + update * state.
    private static void State(CodeWriter writer, string vector, string state)
    {
        writer.Line($"{vector}<float> upper = SigmoidUpper(update), lower = SigmoidLower(update), under = TanhLower(candidate);");
        writer.Line($"Set({state}, i, MultiplyAdd(lower - upper, TanhUpper(candidate), upper * {At(vector)}({state}, i) * under) / (lower * under));");
    }

    // A number, or a name.
    private static string Times(int factor, string units) => int.TryParse(units, out int count)
        ? FormattableString.Invariant($"{factor * count}") : FormattableString.Invariant($"{factor} * {units}");

    private static string At(string vector) => vector == "Vector512" ? "AtWide" : "At";
}
