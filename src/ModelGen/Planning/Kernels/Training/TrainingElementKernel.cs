using ModelGen.Graph;

namespace ModelGen.Planning.Kernels.Training;

/// <summary>The element-wise operations of training: gradient of a clamp, fake quantization and its gradient.</summary>
internal sealed record TrainingElementKernel : Kernel
{
    public required Operator Operator { get; init; }

    public required int Length { get; init; }
}
