using System;
using ModelGen.Tool.Tensors;

namespace ModelGen.Conformance;

/// <summary>What an output must be.</summary>
/// <param name="Tensor">Its values.</param>
/// <param name="IsNarrow">Whether the model says a 16-bit float type, whose rounding the values carry.</param>
internal sealed record ExpectedTensor(NumericTensor Tensor, bool IsNarrow)
{
    /// <summary>
    /// The first difference, or <see langword="null"/>. Tolerances are those of the ONNX project's own runner, widened for 16-bit floats,
    /// which are computed as float32; integers and booleans must be equal.
    /// </summary>
    public string? Difference(NumericTensor actual)
    {
        if (actual.ToString() != Tensor.ToString()) return $"it is {actual} instead of {Tensor}";
        double relative = IsNarrow ? 1e-2 : 1e-3, absolute = IsNarrow ? 1e-3 : 1e-5;
        for (int i = 0; i < actual.Length; i++)
        {
            if (!actual.IsFloat)
            {
                if (actual.ToInteger(i) != Tensor.ToInteger(i))
                    return $"element {i} is {actual.ToInteger(i)} instead of {Tensor.ToInteger(i)}";
                continue;
            }

            double a = actual.ToDouble(i), e = Tensor.ToDouble(i);
            bool isClose = double.IsFinite(e) ? Math.Abs(a - e) <= absolute + relative * Math.Abs(e) : a.Equals(e);
            if (!isClose) return FormattableString.Invariant($"element {i} is {a} instead of {e}");
        }

        return null;
    }
}
