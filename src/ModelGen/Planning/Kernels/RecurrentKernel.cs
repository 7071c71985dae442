using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>A recurrent layer over a whole sequence.</summary>
internal sealed record RecurrentKernel : Kernel
{
    public required Recurrent Layer { get; init; }

    public required int Steps { get; init; }

    /// <summary>Input weights W.</summary>
    public required GateProduct InputProduct { get; init; }

    /// <summary>Recurrent weights R.</summary>
    public required GateProduct RecurrentProduct { get; init; }

    /// <summary>Bias that is added with the input weights, [gates * H].</summary>
    public required ConstantTable InputBias { get; init; }

    /// <summary>Bias that is added with the recurrent weights, [gates * H]: only where the reset gate acts on it.</summary>
    public ConstantTable? RecurrentBias { get; init; }

    /// <summary>LSTM peepholes [3 * H] in ONNX order i, o, f, or <see langword="null"/>.</summary>
    public ConstantTable? Peepholes { get; init; }

    public required bool HasInitialHidden { get; init; }

    public required bool HasInitialCell { get; init; }

    /// <summary>Initial h when it is constant.</summary>
    public ConstantTable? InitialHidden { get; init; }

    /// <summary>Initial c when it is constant.</summary>
    public ConstantTable? InitialCell { get; init; }
}
