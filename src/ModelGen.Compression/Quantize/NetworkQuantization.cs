using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Compression.Quantize;

/// <summary>All that turns a float graph into a quantized one.</summary>
/// <param name="Points">Parameters for the value of every <see cref="QuantizationPoint"/> of the graph.</param>
/// <param name="Weights">
/// Integers for constant weights of convolutions, fully connected and recurrent layers (W and R), by the constant in the graph. Layers
/// whose weights are missing stay in float32.
/// </param>
internal sealed record NetworkQuantization(
    IReadOnlyDictionary<Value, TensorQuantization> Points, IReadOnlyDictionary<Value, WeightQuantization> Weights);
