using ModelGen.Graph;
using ModelGen.Planning.Lowering;

namespace ModelGen.Planning.Kernels;

/// <summary>A matrix in blocks of one input and several outputs (see <see cref="BlockedMatrix"/>).</summary>
/// <param name="Weights">Float32, or signed bytes.</param>
/// <param name="Columns">The input of each block; <see langword="null"/> where no block is left out.</param>
/// <param name="First">First block of each output block, and the end of the last; <see langword="null"/> where no block is left out.</param>
/// <param name="Scales">Weights as signed bytes: scale of each output.</param>
internal sealed record BlockedProduct(ConstantTable Weights, ConstantTable? Columns, ConstantTable? First, ConstantTable? Scales)
{
    /// <summary>What stays in a first-level cache between two products.</summary>
    public const int LargeBytes = 24_000;

    /// <summary>The blocks, where they are written out one by one.</summary>
    public BlockedMatrix? Unrolled { get; init; }

    /// <summary>Whether the weights exceed <see cref="LargeBytes"/>.</summary>
    public bool IsLarge => (long)Weights.Length * Weights.Element.Size() > LargeBytes;

    /// <summary>Weights and tables.</summary>
    public ConstantTable?[] Tables => [Weights, Columns, First, Scales];
}
