namespace ModelGen.Emit.Kernels;

/// <summary>
/// The usual gates of recurrent layers, eight units at a time, modern profile. The code around calls the index of the first unit <c>i</c>, has
/// the gates in <c>gates</c>, one kind behind the other, and asks for <see cref="FunctionHelpers.Gates"/>.
/// </summary>
internal static class GateLoops
{
    /// <summary>A step of an LSTM; its cell is <c>cell</c>.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="units">Units between kinds of gates.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void Lstm(CodeWriter writer, int units, string state)
    {
        writer.Line($"Vector256<float> inputGate = Sigmoid(At(gates, i)), forgetGate = Sigmoid(At(gates, {2 * units} + i));");
        writer.Line($"Vector256<float> candidate = Tanh(At(gates, {3 * units} + i)), outputGate = Sigmoid(At(gates, {units} + i));");
        writer.Line("Vector256<float> c = forgetGate * At(cell, i) + inputGate * candidate;");
        writer.Line("Set(cell, i, c);");
        writer.Line($"Set({state}, i, outputGate * Tanh(c));");
    }

    /// <summary>A step of a GRU whose reset gate acts on the recurrent product.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="units">Units between kinds of gates.</param>
    /// <param name="projected">Name of the products with the input.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void LinearGru(CodeWriter writer, int units, string projected, string state)
    {
        writer.Line($"Vector256<float> update = Sigmoid(At({projected}, i) + At(gates, i)), reset = Sigmoid(At({projected}, {units} + i) + At(gates, {units} + i));");
        writer.Line($"Vector256<float> candidate = Tanh(At({projected}, {2 * units} + i) + reset * At(gates, {2 * units} + i));");
        writer.Line($"Set({state}, i, (Vector256.Create(1f) - update) * candidate + update * At({state}, i));");
    }

    /// <summary>The gates of a GRU whose reset gate acts on the state, which it leaves in <c>passed</c>.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="units">Units between kinds of gates.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void GruGates(CodeWriter writer, int units, string state)
    {
        writer.Line("Set(gates, i, Sigmoid(At(gates, i)));");
        writer.Line($"Set(passed, i, Sigmoid(At(gates, {units} + i)) * At({state}, i));");
    }

    /// <summary>The state of a GRU whose reset gate acts on the state.</summary>
    /// <param name="writer">Inside the loop over units.</param>
    /// <param name="candidate">Expression for the sums of the candidate.</param>
    /// <param name="state">Name of the hidden state.</param>
    public static void GruState(CodeWriter writer, string candidate, string state) =>
        writer.Line($"Set({state}, i, (Vector256.Create(1f) - At(gates, i)) * Tanh({candidate}) + At(gates, i) * At({state}, i));");
}
