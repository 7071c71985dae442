using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>What the lowering of every layer shares: options, tables, and the thresholds that decide between kernels.</summary>
internal sealed class PlanContext
{
    /// <summary>Creates the context of a network.</summary>
    /// <param name="options">Options of the compilation.</param>
    public PlanContext(CompileOptions options) : this(options, new ConstantPool(), long.MaxValue)
    {
    }

    private PlanContext(CompileOptions options, ConstantPool constants, long scratchBudget)
    {
        Options = options;
        Constants = constants;
        ScratchBudget = scratchBudget;
    }

    public CompileOptions Options { get; }

    public ConstantPool Constants { get; }

    /// <summary>Bytes of scratch memory beyond which a layer is better computed in bands of rows.</summary>
    public long ScratchBudget { get; }

    /// <summary>The same context with another budget.</summary>
    /// <param name="bytes">Bytes of scratch memory.</param>
    public PlanContext WithScratch(long bytes) => new(Options, Constants, bytes);

    /// <summary>What is weighed where tables may be stored smaller; tests leave that out under the name of the namespace.</summary>
    public Optimization StorageGoal => Options.SkippedPasses.Contains(nameof(Packing)) ? Optimization.Speed : Options.Optimize;

    /// <summary>
    /// Whether a convolution is better walked sparsely. A sparse tap loads each run of pixels for one multiply, a dense one shares the load
    /// between four output channels, so on loads alone the sparse walk wins below half of the weights.
    /// </summary>
    public bool PrefersSparse(double density) => density <= 0.5;

    /// <summary>
    /// Whether a fully connected layer is better walked sparsely. There are no pixels to share a weight, so a sparse entry costs a scalar
    /// gather, on vector machines about as much as six dense weights; scalar code has no such handicap.
    /// </summary>
    public bool PrefersSparseProduct(double density) => density <= (Options.Profile == Profile.Modern ? 0.17 : 0.6);

    /// <summary>
    /// Whether a product is emitted as straight-line code. Below 1,000 terms a method stays clear of the JIT's limits (20,000 IL
    /// instructions) at 13 to 20 bytes of IL a term; dense layers on vector machines run faster from tables.
    /// </summary>
    public bool CanUnroll(int nonZero, double density) => Options.Optimize switch
    {
        Optimization.Size => false,
        Optimization.Speed => nonZero <= 4000 && (Options.Profile == Profile.Portable || density <= 0.5),
        _ => nonZero <= 1000 && (Options.Profile == Profile.Portable || density <= 0.5),
    };

    /// <summary>Why a layer is walked sparsely or not.</summary>
    /// <param name="sparse">Whether it is.</param>
    /// <param name="density">Fraction of the entries that are not zero.</param>
    /// <param name="entries">What is stored and skipped: weights, or pairs of them.</param>
    public string SparseReason(bool sparse, double density, string entries = "weights") => sparse
        ? FormattableString.Invariant($"{100 * (1 - density):0.#} % of the {entries} are zero and are skipped")
        : FormattableString.Invariant($"{100 * density:0.#} % of the {entries} are non-zero");

    /// <summary>Adds a table of offsets in 16 bits where they fit, else in 32.</summary>
    public ConstantTable AddIndices(IReadOnlyList<int> indices) => indices.All(index => index <= ushort.MaxValue)
        ? Constants.Add(indices.Select(index => (ushort)index).ToArray())
        : Constants.Add(indices.ToArray());

    /// <summary>A table of a constant tensor.</summary>
    public ConstantTable AddTensor(Tensor tensor) => Constants.Add(tensor.Element, tensor.Bytes);

    /// <summary>The transposed matrix.</summary>
    public static T[] TransposeMatrix<T>(T[] values, int rows, int columns)
    {
        var result = new T[values.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c];
        return result;
    }

    /// <summary>An error: a valid node that no kernel computes.</summary>
    public ModelException Unsupported(Node node, string problem) =>
        new(ModelErrorIds.UnsupportedOperator, $"node \"{node.Name}\" ({node.Operator.Kind}): {problem} is not supported");
}
