using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>Softmax over [outer][length][inner].</summary>
internal sealed record SoftmaxKernel : Kernel
{
    public required int Outer { get; init; }

    public required int Length { get; init; }

    public required int Inner { get; init; }

    public required bool Logarithm { get; init; }

    /// <summary>Quantized input: table of exp(-d * scale) for differences d of 0 to 255.</summary>
    public ConstantTable? Exponentials { get; init; }

    public ElementType Input { get; init; } = ElementType.Float32;

    /// <summary>Quantized result, or <see langword="null"/> for float32.</summary>
    public QuantizedResult? Result { get; init; }
}
