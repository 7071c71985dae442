using System;

namespace ModelGen.Compression.Training;

/// <summary>Linear warm-up, then half a cosine down to zero (Loshchilov and Hutter, "SGDR", 2017).</summary>
internal static class LearningRate
{
    private const double WarmUp = 0.03;

    /// <summary>The rate at a time.</summary>
    /// <param name="peak">Largest rate.</param>
    /// <param name="progress">Share of the training that is done, 0 to 1.</param>
    public static float At(float peak, double progress) => (float)(peak * (progress < WarmUp
        ? (progress + 1e-3) / (WarmUp + 1e-3) : 0.5 * (1 + Math.Cos(Math.PI * (progress - WarmUp) / (1 - WarmUp)))));
}
