namespace ModelGen.Compiler;

/// <summary>What the planner weighs when it chooses between kernels.</summary>
public enum Optimization
{
    /// <summary>Unroll where it pays within the default budget.</summary>
    Balanced,

    /// <summary>Fewest bytes of code: never unroll.</summary>
    Size,

    /// <summary>Fastest run: unroll up to the limits of the JIT, whatever the code size.</summary>
    Speed,
}
