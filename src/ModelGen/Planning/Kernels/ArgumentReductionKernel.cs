using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Index of the largest or smallest element.</summary>
internal sealed record ArgumentReductionKernel : Kernel
{
    public required ElementType Element { get; init; }

    public required int Outer { get; init; }

    public required int Length { get; init; }

    public required int Inner { get; init; }

    public required bool Smallest { get; init; }

    public required bool Last { get; init; }
}
