using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Real numbers to integers.</summary>
internal sealed record QuantizeKernel : Kernel
{
    public required int Length { get; init; }

    public required ElementType Output { get; init; }

    /// <summary>What results saturate to.</summary>
    public required IntegerRange Range { get; init; }

    public required Quantization Parameters { get; init; }

    /// <summary>Elements between steps of the axis of per-axis parameters.</summary>
    public int Inner { get; init; } = 1;

    public ConstantTable? Scales { get; init; }

    public ConstantTable? ZeroPoints { get; init; }
}
