using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph;

/// <summary>real = (integer - zero point) * scale, per tensor or per index of one axis.</summary>
/// <param name="Scales">One scale, or one for each index of <paramref name="Axis"/>.</param>
/// <param name="ZeroPoints">As many zero points as scales.</param>
/// <param name="Axis">Axis of per-axis quantization, or -1.</param>
public sealed record Quantization(EquatableArray<float> Scales, EquatableArray<int> ZeroPoints, int Axis = -1)
{
    /// <summary>Quantization of a whole tensor.</summary>
    public Quantization(float scale, int zeroPoint)
        : this(new EquatableArray<float>([scale]), new EquatableArray<int>([zeroPoint]))
    {
    }

    /// <summary>Whether one scale and zero point hold for all elements.</summary>
    public bool IsPerTensor => Scales.Count == 1;

    /// <summary>The scale of a per-tensor quantization.</summary>
    public float Scale => Scales[0];

    /// <summary>The zero point of a per-tensor quantization.</summary>
    public int ZeroPoint => ZeroPoints[0];

    /// <summary>The quantization of some entries of an axis of the tensor.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="entries">Indices of the entries.</param>
    public Quantization Select(int axis, IReadOnlyList<int> entries)
    {
        if (IsPerTensor || axis != Axis) return this;
        return entries.Count == 1 ? new Quantization(Scales[entries[0]], ZeroPoints[entries[0]])
            : this with { Scales = new(entries.Select(i => Scales[i])), ZeroPoints = new(entries.Select(i => ZeroPoints[i])) };
    }
}
