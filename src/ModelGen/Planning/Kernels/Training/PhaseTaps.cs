namespace ModelGen.Planning.Kernels.Training;

/// <summary>The taps that read one phase plane.</summary>
/// <param name="Phase">Number of the phase.</param>
/// <param name="Taps">Their numbers in the kernel.</param>
/// <param name="Offsets">For each output channel of a group and each tap where its run starts in the spread gradients.</param>
internal sealed record PhaseTaps(int Phase, ConstantTable Taps, ConstantTable Offsets);
