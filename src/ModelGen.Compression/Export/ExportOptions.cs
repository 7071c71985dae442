using System.Collections.Generic;

namespace ModelGen.Compression.Export;

/// <summary>How a graph is written as an ONNX file.</summary>
internal sealed record ExportOptions
{
    /// <summary>Entries of <c>metadata_props</c>; written sorted by key. An entry <c>labels</c> replaces the labels of the graph.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether constants are written as <c>sparse_initializer</c> (coordinate format, linear int64 indices) where that takes fewer bytes:
    /// at least two thirds of the float32 weights of a tensor zero, or 8/9 of the int8 weights. ModelGen reads them anywhere.
    /// ONNX Runtime 1.30 makes them dense while loading, int8 ones that DequantizeLinear reads included; 4-bit integers, which it does not
    /// know as sparse tensors, are always written dense.
    /// </summary>
    public bool SparseInitializers { get; init; }

    /// <summary>
    /// Whether 8-bit constants that only DequantizeLinear reads are written as INT4 or UINT4 where all their values and zero points fit:
    /// half the bytes, but the file needs operator set 21 (IR version 10), which readers of before 2024 do not know. Quantize
    /// activations to uint8 then: ONNX Runtime 1.30 on x64 turns int8 ones into uint8 and, in operator set 21, refuses a node that it
    /// adds itself while doing so (products of rank 3 with a bias).
    /// </summary>
    public bool LowBitTypes { get; init; }
}
