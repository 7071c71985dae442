using ModelGen.Compiler;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>What compression is asked for. Targets combine; the first that binds ends the search.</summary>
internal sealed record CompressionSettings
{
    /// <summary>Dimensions of inputs that the model leaves open.</summary>
    public EquatableArray<InputShape> InputShapes { get; init; }

    /// <summary>Share of weights that become zero, 0 to 1.</summary>
    public double? Sparsity { get; init; }

    /// <summary>How many times fewer multiply-accumulates are wanted, 1 or more.</summary>
    public double? Speedup { get; init; }

    /// <summary>Bytes of weights, biases and tables in the emitted code that are wanted.</summary>
    public long? WeightBytes { get; init; }

    /// <summary>Largest loss of accuracy on the validation samples in points.</summary>
    public double? MaximumDrop { get; init; }

    /// <summary>Which weights live or die together; <see langword="null"/> chooses for each layer what its kernel runs fastest.</summary>
    public PrunePattern? Pattern { get; init; } = PrunePattern.Unstructured;

    /// <summary>What decides which weights go.</summary>
    public PruneCriterion Criterion { get; init; }

    /// <summary>Bits a weight: 8 or 4, or <see langword="null"/> for fewer where neurons matter less.</summary>
    public int? Bits { get; init; }

    /// <summary>Mean bits a weight that are aimed at when <see cref="Bits"/> is open; <see langword="null"/> for 4, or more where these
    /// lose more than <see cref="MaximumDrop"/>.</summary>
    public double? MeanBits { get; init; }

    /// <summary><see cref="MeanBits"/>, or 4.</summary>
    public double FirstMeanBits => MeanBits ?? 4;

    /// <summary>How the ranges of activations are chosen.</summary>
    public RangeSelection Ranges { get; init; } = RangeSelection.MeanSquaredError;

    /// <summary>Whether mostly zero constants are written as <c>sparse_initializer</c>.</summary>
    public bool SparseInitializers { get; init; }

    /// <summary>Whether weights that fit 4 bits are written as INT4, which takes operator set 21.</summary>
    public bool LowBitTypes { get; init; }

    /// <summary>Variations of the training samples, or <see langword="null"/> for none.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Epochs of fine-tuning; 0 for none; <see langword="null"/> to choose by the size of network and data.</summary>
    public int? Epochs { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads; they change the time, never the result.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Weight of labels beside the original network's answers, 0 to 1.</summary>
    public float LabelWeight { get; init; } = 0.5f;

    /// <summary>Samples a batch; <see langword="null"/> to choose by samples and epochs.</summary>
    public int? BatchSize { get; init; }
}
