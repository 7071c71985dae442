using System;
using ModelGen.Compiler;

namespace ModelGen.Planning.Packing;

/// <summary>Decides how the tables of a layer are stored: bytes against the time that unpacking them takes in every run.</summary>
internal static class StorageRules
{
    /// <summary>
    /// Vectors up to which a fully connected layer multiplies from the packed stream, once for each, and is not unpacked before.
    /// </summary>
    public const int MostStreamedVectors = 8;

    private const long FewestUses = 64, FewestDenseUses = 256;

    // A call that widens or fills a table takes about as much code.
    private const long CallBytes = 32;

    private const double WorthwhileShare = 0.25, OffsetShare = 0.05;

    /// <summary>
    /// <c>Balanced</c>: whether unpacking weights before a kernel runs costs little of its time. Measured (docs/architecture.md): 1 to 3 ns
    /// a stored weight, where a dense kernel does about 30 multiply-accumulates a nanosecond, a sparse or recurrent one a few.
    /// </summary>
    /// <param name="uses">Multiply-accumulates of a weight in a run.</param>
    /// <param name="isDense">Whether the kernel is a dense one over pixels or vectors.</param>
    public static bool IsCheap(long uses, bool isDense) => uses >= (isDense ? FewestDenseUses : FewestUses);

    /// <summary>Whether a table that can be made by a loop is not stored, in a layer without weights.</summary>
    /// <param name="optimize">What the planner weighs.</param>
    /// <param name="savedBytes">Bytes it takes otherwise.</param>
    public static bool Computes(Optimization optimize, long savedBytes) => optimize != Optimization.Speed && savedBytes >= CallBytes;

    /// <summary>Decides for a layer.</summary>
    /// <param name="optimize">What the planner weighs.</param>
    /// <param name="bytes">What each form takes.</param>
    /// <param name="isCheap">Whether packed weights cost the layer little time.</param>
    public static Storage Choose(Optimization optimize, LayerBytes bytes, bool isCheap)
    {
        long plain = bytes.Weights + bytes.Numbers + bytes.Offsets;
        long narrowed = bytes.Numbers - bytes.Narrow, computed = bytes.Offsets - bytes.Computed;
        bool canNarrow = optimize != Optimization.Speed && narrowed >= CallBytes;
        bool canCompute = optimize != Optimization.Speed && computed >= CallBytes;
        if (optimize != Optimization.Speed && bytes.Packed is { } packed)
        {
            long compact = packed + (canNarrow ? bytes.Narrow : bytes.Numbers) + (canCompute ? bytes.Computed : bytes.Offsets);
            bool packs = optimize == Optimization.Size ? bytes.Weights - packed >= CallBytes
                : isCheap && compact <= (1 - WorthwhileShare) * plain;
            if (packs)
                return new Storage(true, canNarrow, canCompute, FormattableString.Invariant(
                    $"stored in {100 * (1 - (double)compact / plain):0} % fewer bytes"));
        }

        bool narrows = canNarrow && (optimize == Optimization.Size || narrowed >= WorthwhileShare * plain);
        return new Storage(false, narrows, canCompute && (optimize == Optimization.Size || computed >= OffsetShare * plain), "");
    }
}
