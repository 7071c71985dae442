using System;

namespace ModelGen.Graph;

/// <summary>What was taken out of a layer because nothing depends on it; its figures are still those of the model.</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="AllOutputs">Output channels in the model.</param>
/// <param name="Inputs">Input channels, or inputs of a fully connected layer.</param>
/// <param name="AllInputs">Input channels in the model.</param>
/// <param name="Weights">Weights.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of one run.</param>
public sealed record RemovedChannels(int Outputs, int AllOutputs, int Inputs, int AllInputs, long Weights, long MultiplyAccumulates)
{
    /// <summary>Rows of weights that an output has: the gates of a hidden unit.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>For banners: "3 of 8 outputs and 2 of 4 inputs are dead and left out".</summary>
    public override string ToString()
    {
        string outputs = Outputs > 0 ? FormattableString.Invariant($"{Outputs} of {AllOutputs} outputs") : "";
        string inputs = Inputs > 0 ? FormattableString.Invariant($"{Inputs} of {AllInputs} inputs") : "";
        return $"{outputs}{(outputs.Length > 0 && inputs.Length > 0 ? " and " : "")}{inputs} are dead and left out";
    }
}
