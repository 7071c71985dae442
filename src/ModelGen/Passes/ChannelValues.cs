using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Passes;

/// <summary>Constants that hold one number for each index of one axis of a tensor they are broadcast to.</summary>
internal static class ChannelValues
{
    /// <summary>
    /// For each index of the axis the element of the constant, or <see langword="null"/> when the constant varies along another axis.
    /// </summary>
    public static int[]? Indices(Shape constant, Shape output, int axis)
    {
        if (constant.Count == 1) return new int[output[axis]];
        int own = axis - (output.Rank - constant.Rank);
        bool varies = own >= 0 && own < constant.Rank && constant[own] == constant.Count && constant.Count == output[axis];
        return varies ? Enumerable.Range(0, constant.Count).ToArray() : null;
    }
}
