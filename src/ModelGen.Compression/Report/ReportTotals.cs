namespace ModelGen.Compression.Report;

/// <summary>Size, work and quality of a network.</summary>
/// <param name="Weights">Weights that are not zero.</param>
/// <param name="NonZeroMultiplyAccumulates">Multiply-accumulates of a run whose weight is not zero, which is what a speedup is asked for
/// in; of the original all.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of a run as compiled: those that kernels skip because of a zero do not
/// count.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables: float32 for the original, packed in the emitted code for the
/// result.</param>
/// <param name="FileBytes">Bytes of the ONNX file.</param>
/// <param name="Validation">Points on the validation samples.</param>
/// <param name="Test">Points on the test samples, or <see langword="null"/>.</param>
/// <param name="Microseconds">Estimated time of a run on one core, or <see langword="null"/>.</param>
/// <param name="Microjoules">Estimated energy of a run (Horowitz, "Computing's Energy Problem", 2014), or <see langword="null"/>.</param>
internal sealed record ReportTotals(
    long Weights, long NonZeroMultiplyAccumulates, long MultiplyAccumulates, long WeightBytes, long FileBytes, double Validation,
    double? Test, double? Microseconds, double? Microjoules);
