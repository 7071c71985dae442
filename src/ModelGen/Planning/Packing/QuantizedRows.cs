using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Planning.Packing;

/// <summary>A matrix of real numbers that are small integers times a scale of each row.</summary>
/// <param name="Values">The integers, zero points taken off, row by row.</param>
/// <param name="Scales">Scale of each row.</param>
internal sealed record QuantizedRows(int[] Values, float[] Scales)
{
    /// <summary>The integers of a constant matrix, when it was made of some; or <see langword="null"/>.</summary>
    /// <param name="constant">The matrix: output channels first.</param>
    public static QuantizedRows? Of(Tensor constant)
    {
        if (constant.Source is not { } source || constant.Shape.Rank != 2) return null;
        Quantization parameters = source.Parameters;
        if (!parameters.IsPerTensor && parameters.Axis != 0) return null;
        int rows = constant.Shape[0], columns = constant.Shape[1];
        int Channel(int row) => parameters.IsPerTensor ? 0 : row;
        long[] values = source.Integers.ToLongs();
        for (int i = 0; i < values.Length; i++) values[i] -= parameters.ZeroPoints[Channel(i / columns)];
        return values.All(value => value is >= sbyte.MinValue and <= sbyte.MaxValue)
            ? new QuantizedRows([.. values.Select(value => (int)value)],
                [.. Enumerable.Range(0, rows).Select(row => parameters.Scales[Channel(row)])])
            : null;
    }
}
