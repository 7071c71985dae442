namespace ModelGen.Compression.Quantize;

/// <summary>What a node is to quantization (docs/numerics.md, "Integers").</summary>
internal enum NodeRole
{
    /// <summary>Has no integer rule, or computes no real numbers: recurrent layers, normalizations, quotients of two tensors.</summary>
    Float,

    /// <summary>A product: always computed on integers.</summary>
    Product,

    /// <summary>
    /// Has an integer rule, and uses it where one of its operands is quantized: sums, products element by element, means, Concat.
    /// </summary>
    Arithmetic,

    /// <summary>Quantized where a reader needs it so, because it costs little in float32: Softmax.</summary>
    OnDemand,

    /// <summary>Moves elements or takes the largest: the result has the parameters of the operand.</summary>
    Movement,

    /// <summary>A function of one tensor and constants: with others of its chain one table of 256 results.</summary>
    Function,

    /// <summary>A Relu or Clip that narrows the range of the layer before it, or a movement between the two.</summary>
    Clamp,
}
