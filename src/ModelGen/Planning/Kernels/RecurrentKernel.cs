using System;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>A recurrent layer over a whole sequence.</summary>
internal sealed record RecurrentKernel : Kernel
{
    public required Recurrent Layer { get; init; }

    public required int Steps { get; init; }

    /// <summary>Elements of an input.</summary>
    public required int Inputs { get; init; }

    /// <summary>Input weights W, if they are no blocks.</summary>
    public GateProduct? InputProduct { get; init; }

    /// <summary>Recurrent weights R, if they are no blocks.</summary>
    public GateProduct? RecurrentProduct { get; init; }

    /// <summary>Input weights W in blocks; each gate is filled up to <see cref="PaddedHidden"/>.</summary>
    public BlockedProduct? InputBlocks { get; init; }

    /// <summary>Recurrent weights R in blocks; without <see cref="InputBlocks"/> the input weights lie behind, and an input is put behind the state.</summary>
    public BlockedProduct? RecurrentBlocks { get; init; }

    /// <summary>Whether the recurrent blocks hold the input weights, too.</summary>
    public bool IsJoint => RecurrentBlocks is not null && InputBlocks is null;

    /// <summary>Hidden units, filled up to whole vectors.</summary>
    public int PaddedHidden => Padded(Layer.Hidden);

    /// <summary>A number of hidden units, filled up to whole vectors.</summary>
    public static int Padded(int hidden) => (hidden + 15) / 16 * 16;

    /// <summary>Elements of the state; where matrices are joint an input follows its last unit, in the place of those that only fill vectors up.</summary>
    public static int StateLength(int hidden, int inputs, bool isJoint) => isJoint ? Math.Max(Padded(hidden), hidden + inputs) : Padded(hidden);

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
