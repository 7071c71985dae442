namespace ModelGen.Compiler;

/// <summary>What was compiled and what it costs; the content of the header of the emitted code and of <c>modelgen inspect</c>.</summary>
public sealed record ModelReport
{
    /// <summary>File name of the model without its folder.</summary>
    public required string FileName { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string SourceHash { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Program that wrote the file, as it says itself, with version.</summary>
    public required string Producer { get; init; }

    /// <summary>Version of the default operator set.</summary>
    public required long Opset { get; init; }

    /// <summary>Profile of the emitted code.</summary>
    public required Profile Profile { get; init; }

    /// <summary>Inputs.</summary>
    public required EquatableArray<TensorReport> Inputs { get; init; }

    /// <summary>Outputs.</summary>
    public required EquatableArray<TensorReport> Outputs { get; init; }

    /// <summary>Class names of the first output, or empty.</summary>
    public required EquatableArray<string> Labels { get; init; }

    /// <summary>Layers in the order they run.</summary>
    public required EquatableArray<LayerReport> Layers { get; init; }

    /// <summary>Multiply-accumulates of one run as compiled.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Multiply-accumulates were no weight zero.</summary>
    public required long DenseMultiplyAccumulates { get; init; }

    /// <summary>Weights, zeros included.</summary>
    public required long Weights { get; init; }

    /// <summary>Weights that are not zero.</summary>
    public required long NonZeroWeights { get; init; }

    /// <summary>Number of neurons (output channels) of all layers by the bits that their weights need, from 0 (all zero, or the neuron is
    /// left out) on.</summary>
    public required EquatableArray<int> NeuronsByBits { get; init; }

    /// <summary>Bytes of weights, biases and tables in the emitted code.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of the workspace.</summary>
    public required int WorkspaceBytes { get; init; }

    /// <summary>Bytes of the largest set of values alive at one time: no plan needs less.</summary>
    public required int WorkspaceLowerBound { get; init; }
}
