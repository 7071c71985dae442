using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Planning.Lowering;

/// <summary>Lists the weights of a sparse convolution whose columns are summed apart (see <see cref="ColumnPlanes"/>).</summary>
internal static class ColumnTables
{
    private const int Parts = 3;

    /// <summary>Three runs of weights for each output channel, one a part of the window.</summary>
    /// <param name="shape">Shape of the weights: [output][input], and the window.</param>
    /// <param name="geometry">The window.</param>
    /// <param name="columns">Where inputs are.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="context">Where tables go.</param>
    /// <returns>First entry of each run and the end of the last, where each entry reads, and which weight it is.</returns>
    public static (ConstantTable First, ConstantTable Offsets, int[] Entries) Of(
        Shape shape, ConvolutionGeometry geometry, ColumnPlanes columns, float[] weights, PlanContext context)
    {
        int width = geometry.KernelWidth, size = geometry.KernelHeight * width, perOutput = shape[1] * size;
        var (first, offsets, entries) = (new List<int> { 0 }, new List<int>(), new List<int>());
        for (int run = 0; run < shape[0] * Parts; run++)
        {
            int start = run / Parts * perOutput;
            for (int entry = start; entry < start + perOutput; entry++)
            {
                if (weights[entry] == 0 || columns.Part(entry % width) != run % Parts) continue;
                offsets.Add(columns.Offset(entry / size % shape[1], entry % size / width, entry % width));
                entries.Add(entry);
            }

            first.Add(entries.Count);
        }

        return (context.Constants.Add(first.ToArray()), context.AddIndices(offsets), [.. entries]);
    }
}
