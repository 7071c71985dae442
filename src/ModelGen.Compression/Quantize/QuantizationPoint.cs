using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Compression.Quantize;

/// <summary>A tensor whose range is needed.</summary>
/// <param name="Value">The tensor: an input, or the result of a layer with the Relu or Clip after it.</param>
/// <param name="Inherited">Values that only move its elements or choose among them, and so have the same scale and zero point.</param>
/// <param name="IsProbability">Whether it is the result of a Softmax: use <see cref="TensorQuantization.Probability"/>, not the
/// range.</param>
internal sealed record QuantizationPoint(Value Value, IReadOnlyList<Value> Inherited, bool IsProbability);
