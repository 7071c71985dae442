using System.Collections.Generic;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// Integers that take the place of constant weights, symmetric (zero point 0). The first axis of the constant is that of the outputs:
/// output channels, neurons, or rows of gates of a recurrent layer.
/// </summary>
/// <param name="Values">The integers, in the order of the constant.</param>
/// <param name="Scales">One scale for all, or one for each output; above 0. Give an output whose weights are all zero a scale in which its
/// bias still fits 32 bits.</param>
/// <param name="Bits">Bits that hold the integers of each output, for reports; one for each output, or none.</param>
internal sealed record WeightQuantization(IReadOnlyList<sbyte> Values, IReadOnlyList<float> Scales, IReadOnlyList<int> Bits);
