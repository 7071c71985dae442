namespace ModelGen.Compiler;

/// <summary>How sums of floats may be arranged.</summary>
public enum Accuracy
{
    /// <summary>As is fastest: <see cref="Optimization.Speed"/> may transform convolutions, which rounds a few times more.</summary>
    Usual,

    /// <summary>Every output is a plain sum of its products.</summary>
    Exact,
}
