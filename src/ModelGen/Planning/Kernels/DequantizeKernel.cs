using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Integers to real numbers.</summary>
internal sealed record DequantizeKernel : Kernel
{
    public required int Length { get; init; }

    public required ElementType Input { get; init; }

    public required Quantization Parameters { get; init; }

    /// <summary>Elements between steps of the axis of per-axis parameters.</summary>
    public int Inner { get; init; } = 1;

    public ConstantTable? Scales { get; init; }

    public ConstantTable? ZeroPoints { get; init; }
}
