using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>Local response normalization.</summary>
internal sealed record LocalResponseKernel : Kernel
{
    public required LocalResponse Operator { get; init; }

    public required int Channels { get; init; }

    public required int Inner { get; init; }
}
