using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>8-bit function by table: 256 results, or as many for each channel.</summary>
internal sealed record LookupKernel : Kernel
{
    public required ElementType Input { get; init; }

    public required ElementType Output { get; init; }

    public required ConstantTable Table { get; init; }

    public required int Length { get; init; }

    /// <summary>Number of tables, taken in turn.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Neighbouring elements that share a table, when there are several.</summary>
    public int Inner { get; init; } = 1;

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;
}
