namespace ModelGen.Emit.Kernels;

/// <summary>Functions that the class library lacks.</summary>
internal static class FunctionHelpers
{
    public static readonly Helper Erf = new("Erf", """
        // Error function, to 1.2e-7 (Press et al., "Numerical Recipes in C", 2nd edition, section 6.2, erfcc).
        private static float Erf(double x)
        {
            double z = Math.Abs(x), t = 1 / (1 + 0.5 * z);
            double r = t * Math.Exp(-z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
                + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
            return (float)(x >= 0 ? 1 - r : r - 1);
        }
        """);
}
