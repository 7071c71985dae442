namespace ModelGen.Graph;

/// <summary>
/// A range that results are clamped to by the operation that computes them: the identity, Relu, Relu6 or Clip.
/// Other activations are nodes of their own.
/// </summary>
/// <param name="Low">Smallest result.</param>
/// <param name="High">Largest result.</param>
public sealed record Activation(float Low, float High)
{
    /// <summary>No clamping.</summary>
    public static Activation None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu { get; } = new(0, float.PositiveInfinity);

    /// <summary>Whether nothing is clamped.</summary>
    public bool IsNone => float.IsNegativeInfinity(Low) && float.IsPositiveInfinity(High);

    /// <summary>For banners: "Relu", "Clip(0, 6)" or "".</summary>
    public override string ToString()
    {
        if (IsNone) return "";
        if (Low == 0 && float.IsPositiveInfinity(High)) return "Relu";
        return System.FormattableString.Invariant($"Clip({Low}, {High})");
    }
}
