using System.Collections.Generic;

namespace ModelGen.Compression.Report;

/// <summary>A layer in a report.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Operation">What it is, for example <c>conv2d</c>.</param>
/// <param name="Weights">Weights of the original.</param>
/// <param name="NonZeroWeights">Weights of the result that are not zero.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of the original.</param>
/// <param name="MultiplyAccumulatesLeft">Multiply-accumulates of the result as compiled.</param>
/// <param name="WeightBytes">Bytes in the emitted code.</param>
/// <param name="Pattern">Which weights were removed together.</param>
/// <param name="NeuronsByBits">For 0 to 8 bits how many neurons have them (index = bits; 0: no weights left); longer for weights of more
/// bits, float32 among them (32).</param>
/// <param name="Sensitivity">Estimated loss when a weight of average size is removed, relative to the most sensitive layer: 0 to 1;
/// <see langword="null"/> where it was not measured (it comes from what is looked at while pruning, or before bits are given).</param>
internal sealed record ReportLayer(
    string Name, string Operation, long Weights, long NonZeroWeights, long MultiplyAccumulates, long MultiplyAccumulatesLeft,
    long WeightBytes, string Pattern, IReadOnlyList<int> NeuronsByBits, double? Sensitivity);
