using ModelGen.Graph;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning;

/// <summary>Weights and work of a layer.</summary>
/// <param name="Weights">Weights, zeros included.</param>
/// <param name="NonZeroWeights">Weights that are not zero.</param>
/// <param name="Bits">Bits that the weights of each neuron need.</param>
/// <param name="MultiplyAccumulates">As compiled.</param>
/// <param name="DenseMultiplyAccumulates">Were no weight zero.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables.</param>
internal sealed record LayerCost(
    long Weights, long NonZeroWeights, NeuronBits Bits, long MultiplyAccumulates, long DenseMultiplyAccumulates, long WeightBytes)
{
    private readonly long? _products;

    /// <summary>A layer without weights.</summary>
    public static LayerCost None { get; } = new(0, 0, NeuronBits.None, 0, 0, 0);

    /// <summary>Products that the kernel computes: with the zero beside a weight where two are multiplied at once.</summary>
    public long Products { get => _products ?? MultiplyAccumulates; init => _products = value; }

    /// <summary>The figures of the layer as it is in the model; what was removed takes no bits.</summary>
    public LayerCost WithRemoved(RemovedChannels removed) => this with
    {
        Weights = Weights + removed.Weights,
        DenseMultiplyAccumulates = DenseMultiplyAccumulates + removed.MultiplyAccumulates,
        Bits = Bits.WithUnused(removed.Outputs * removed.Rows),
    };

    /// <summary>The same for several samples: the work grows, the weights do not.</summary>
    public LayerCost Times(int samples) => this with
    {
        MultiplyAccumulates = MultiplyAccumulates * samples,
        DenseMultiplyAccumulates = DenseMultiplyAccumulates * samples,
        Products = Products * samples,
    };
}
