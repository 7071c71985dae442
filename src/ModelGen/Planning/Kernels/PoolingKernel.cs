using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>Pooling over flat planes.</summary>
internal sealed record PoolingKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    public required PoolingKind Function { get; init; }

    public required ElementType Element { get; init; }

    /// <summary>Offset of each tap; <see langword="null"/> where none is needed (<see cref="Is2x2"/>).</summary>
    public ConstantTable? Offsets { get; init; }

    /// <summary>Whether each output is the maximum of a square of 2x2 of its own, which is read where it is.</summary>
    public bool Is2x2 { get; init; }

    /// <summary>Whether channels come last; then it is a maximum, without padding.</summary>
    public bool IsChannelsLast { get; init; }

    /// <summary>Averages: elements that count at each output position, or <see langword="null"/> when all have
    /// <see cref="Divisor"/>.</summary>
    public ConstantTable? Divisors { get; init; }

    /// <summary>Averages: elements that count at every output position.</summary>
    public int Divisor { get; init; } = 1;

    /// <summary>Integer averages: how sums become bytes; multipliers by position when <see cref="Divisors"/> is set.</summary>
    public Requantization? Requantization { get; init; }

    public int InputZeroPoint { get; init; }

    public ElementType Output { get; init; }
}
