namespace ModelGen.Planning.Kernels;

/// <summary>Zero mean and unit variance of each run of elements.</summary>
internal sealed record StandardizeKernel : Kernel
{
    public required int Runs { get; init; }

    public required int Length { get; init; }

    public required float Epsilon { get; init; }
}
