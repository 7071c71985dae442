namespace ModelGen.Emit.Kernels;

/// <summary>Which multiply-accumulate loop a tile holds.</summary>
/// <param name="Name">Name of the driver method.</param>
/// <param name="IsInteger">16-bit pairs with 32-bit sums and requantization, instead of float32.</param>
/// <param name="IsSparse">A list of taps for each output row, instead of the same taps for all.</param>
/// <param name="IsByColumn">Bias and multipliers belong to columns (outputs of a product), instead of rows (channels of a
/// convolution).</param>
/// <param name="Weight">C# type of stored weights: float; short for two signed bytes; int for two 16-bit numbers.</param>
/// <param name="Offset">C# type of stored offsets.</param>
/// <param name="IsWindow">Whether neighbouring vectors may lie in other rows of the source: the tile is told where each begins.</param>
/// <param name="HasHalves">Whether even the halves of a vector of 512 bits may lie in different rows, which are odd multiples of a half.</param>
/// <param name="AddsOperand">Whether an operand as large as the output is added to what was clamped (float32).</param>
internal sealed record TileFlavor(
    string Name, bool IsInteger, bool IsSparse, bool IsByColumn, string Weight, string Offset, bool IsWindow = false,
    bool HasHalves = false, bool AddsOperand = false);
