using System.Collections.Generic;
using ModelGen.Graph;

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

    /// <summary>How often the layer is computed, once for each index of the leading axis of all its computed operands and results.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Weights and work of the layer.</summary>
    public LayerCost Cost { get; init; } = LayerCost.None;

    /// <summary>Whether the result may overwrite the first operand.</summary>
    public virtual bool CanRunInPlace => false;
}

/// <summary>Weights and work of a layer.</summary>
/// <param name="Weights">Weights, zeros included.</param>
/// <param name="NonZeroWeights">Weights that are not zero.</param>
/// <param name="Bits">Bits a weight; 0 without weights.</param>
/// <param name="MultiplyAccumulates">As compiled.</param>
/// <param name="DenseMultiplyAccumulates">Were no weight zero.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables.</param>
internal sealed record LayerCost(long Weights, long NonZeroWeights, int Bits, long MultiplyAccumulates, long DenseMultiplyAccumulates, long WeightBytes)
{
    /// <summary>A layer without weights.</summary>
    public static LayerCost None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>The same for several samples: the work grows, the weights do not.</summary>
    public LayerCost Times(int samples) => this with
    {
        MultiplyAccumulates = MultiplyAccumulates * samples,
        DenseMultiplyAccumulates = DenseMultiplyAccumulates * samples,
    };
}

/// <summary>One layer of the plan.</summary>
/// <param name="Index">Number, from 1.</param>
/// <param name="Node">The node of the graph.</param>
/// <param name="Kernel">How it is computed.</param>
/// <param name="Operands">Values that the kernel reads at run time, in the order of its parameters; constants are in its tables.</param>
internal sealed record Step(int Index, Node Node, Kernel Kernel, IReadOnlyList<Value> Operands);
