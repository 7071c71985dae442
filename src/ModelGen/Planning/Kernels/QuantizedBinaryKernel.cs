using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>Sum, difference or product of two quantized tensors, requantized.</summary>
internal sealed record QuantizedBinaryKernel : Kernel
{
    public required BinaryFunction Function { get; init; }

    public required ElementWiseOperand Left { get; init; }

    public required ElementWiseOperand Right { get; init; }

    public required Quantization LeftQuantization { get; init; }

    public required Quantization RightQuantization { get; init; }

    public required TensorType Result { get; init; }

    public required Requantization Requantization { get; init; }
}
