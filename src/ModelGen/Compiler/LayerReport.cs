namespace ModelGen.Compiler;

/// <summary>A layer: one method of the emitted class.</summary>
/// <param name="Index">Number, from 1.</param>
/// <param name="Operation">What it is, for example <c>conv2d</c>.</param>
/// <param name="Name">Name of the node in the model.</param>
/// <param name="Shape">Input and output shapes in words, for example <c>64x25x5 -> 64x25x5</c>.</param>
/// <param name="Weights">Weights in the model, zeros included.</param>
/// <param name="NonZeroWeights">Weights as compiled that are not zero.</param>
/// <param name="Bits">Bits a weight: the mean over the neurons (output channels) of the fewest bits that hold the weights of each; 32 for
/// floats, 0 without weights.</param>
/// <param name="NeuronsByBits">Number of neurons by the bits that their weights need, from 0 (all zero, or the neuron is
/// left out) on; empty without weights.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates as compiled.</param>
/// <param name="DenseMultiplyAccumulates">Multiply-accumulates were no weight zero.</param>
/// <param name="Products">Multiplications that the kernel carries out: as <paramref name="MultiplyAccumulates"/>, with the zero beside a weight
/// where two are multiplied at once.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables.</param>
/// <param name="ScratchBytes">Bytes of scratch memory besides input and output.</param>
/// <param name="Kernel">The kernel chosen.</param>
/// <param name="Reason">Why it was chosen.</param>
public sealed record LayerReport(
    int Index, string Operation, string Name, string Shape, long Weights, long NonZeroWeights, double Bits,
    EquatableArray<int> NeuronsByBits, long MultiplyAccumulates, long DenseMultiplyAccumulates, long Products, long WeightBytes,
    int ScratchBytes, string Kernel, string Reason);
