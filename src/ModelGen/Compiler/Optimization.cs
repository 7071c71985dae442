namespace ModelGen.Compiler;

/// <summary>What the planner weighs when it chooses between kernels.</summary>
public enum Optimization
{
    /// <summary>Unroll where it pays within the default budget; pack weights where it saves much and costs little time.</summary>
    Balanced,

    /// <summary>Fewest bytes of code and weights: never unroll, pack weights wherever that is smaller.</summary>
    Size,

    /// <summary>Fastest run: unroll up to the limits of the JIT, whatever the code size; never pack weights.</summary>
    Speed,
}
