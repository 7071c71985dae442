using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Where a sliding window goes: one or two spatial axes.</summary>
/// <param name="Kernel">Kernel size of each spatial axis.</param>
/// <param name="Strides">Strides.</param>
/// <param name="Dilations">Dilations.</param>
/// <param name="PadsBegin">Padding before each axis.</param>
/// <param name="PadsEnd">Padding after each axis.</param>
public sealed record Window(
    EquatableArray<int> Kernel, EquatableArray<int> Strides, EquatableArray<int> Dilations, EquatableArray<int> PadsBegin,
    EquatableArray<int> PadsEnd)
{
    /// <summary>Number of spatial axes.</summary>
    public int Rank => Kernel.Count;

    /// <summary>Whether no padding is added.</summary>
    public bool IsUnpadded => PadsBegin.All(pad => pad == 0) && PadsEnd.All(pad => pad == 0);

    /// <summary>Input elements that the kernel spans along an axis.</summary>
    public int Extent(int axis) => (Kernel[axis] - 1) * Dilations[axis] + 1;

    /// <summary>Number of positions along an axis (ONNX Conv and pooling).</summary>
    /// <param name="axis">Spatial axis.</param>
    /// <param name="size">Size of the input along it.</param>
    /// <param name="ceiling">Whether a last, partly outside position counts.</param>
    public int OutputSize(int axis, int size, bool ceiling = false)
    {
        int span = size + PadsBegin[axis] + PadsEnd[axis] - Extent(axis);
        if (span < 0) return 0;
        int positions = (ceiling ? (span + Strides[axis] - 1) / Strides[axis] : span / Strides[axis]) + 1;

        // A position that starts in the padding after the input does not count (ONNX pooling, ceil_mode).
        if (ceiling && (positions - 1) * Strides[axis] >= size + PadsBegin[axis]) positions--;
        return positions;
    }
}
