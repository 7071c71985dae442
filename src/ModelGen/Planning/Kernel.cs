using System.Collections.Generic;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning;

/// <summary>
/// How a layer is computed: the decision of the planner, with everything the emitter needs. One record a kernel family in
/// Planning/Kernels, its emitter in Emit/Kernels.
/// </summary>
internal abstract record Kernel
{
    /// <summary>The kernel in words, for the layer table.</summary>
    public required string Description { get; init; }

    /// <summary>Why it was chosen.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Bytes of scratch memory besides operands and results.</summary>
    public int ScratchBytes { get; init; }

    /// <summary>Bytes that stay as they are between runs, and begin as anything.</summary>
    public int KeptBytes { get; init; }

    /// <summary>How often the layer is computed, once for each index of the leading axis of all its computed operands and
    /// results.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Tables that are made in the scratch memory before the kernel runs, in order.</summary>
    public IReadOnlyList<TableExpansion> Expansions { get; init; } = [];

    /// <summary>How packed weights are stored, in words; empty when they are not packed.</summary>
    public string Packing { get; init; } = "";

    /// <summary>Weights and work of the layer.</summary>
    public LayerCost Cost { get; init; } = LayerCost.None;

    /// <summary>The same kernel with one more reason.</summary>
    public Kernel Because(string reason) => this with { Reason = (Reason.Length > 0 ? Reason + "; " : "") + reason };

    /// <summary>Whether the result may overwrite the first operand.</summary>
    public virtual bool CanRunInPlace => false;
}
