using ModelGen.Graph;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Kernels;

/// <summary>Fully connected layer.</summary>
internal sealed record ProductKernel : Kernel
{
    /// <summary>Vectors (rows of the input matrix).</summary>
    public required int Vectors { get; init; }

    public required int Inputs { get; init; }

    public required int Outputs { get; init; }

    public required ProductForm Form { get; init; }

    public required ElementType Input { get; init; }

    public required ElementType Output { get; init; }

    /// <summary>Weights in the order of the form; <see langword="null"/> when unrolled.</summary>
    public ConstantTable? Weights { get; init; }

    /// <summary>Sparse: input index of each entry. Columns: offset of each row of weights. Shuffled: the chunk of inputs of each
    /// round.</summary>
    public ConstantTable? Offsets { get; init; }

    /// <summary>Sparse: first entry of each output, and the end of the last. Shuffled: first round of each segment.</summary>
    public ConstantTable? First { get; init; }

    /// <summary>Shuffled: first segment of each group of outputs, and the end of the last.</summary>
    public ConstantTable? Segments { get; init; }

    /// <summary>Packed: the layout of <see cref="Weights"/>.</summary>
    public PackedMatrix? Matrix { get; init; }

    /// <summary>Panels: whether inputs that are zero at run time are left out if they are many, as they are behind a rectifier.</summary>
    public bool PicksInputs { get; init; }

    public ConstantTable? Bias { get; init; }

    public Activation Activation { get; init; } = Activation.None;

    public Requantization? Requantization { get; init; }

    /// <summary>Multipliers of <see cref="Requantization"/>, one an output.</summary>
    public ConstantTable? Multipliers { get; init; }

    /// <summary>Whether entries of <see cref="Weights"/> hold two inputs as a pair of bytes (modern, integer, columns).</summary>
    public bool Pairs { get; init; }

    /// <summary>Unrolled: weights [output][input] as numbers.</summary>
    public double[]? Literals { get; init; }

    /// <summary>Unrolled: biases as numbers.</summary>
    public double[]? LiteralBias { get; init; }

    public bool IsInteger => Requantization is not null;
}
