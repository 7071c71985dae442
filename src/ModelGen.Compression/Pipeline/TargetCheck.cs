using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Network;

namespace ModelGen.Compression.Pipeline;

/// <summary>Holds the targets against the figures of the compiled result. A search meets them on the way, as far as it knows
/// then.</summary>
internal static class TargetCheck
{
    // Forgives the rounding of products such as 0.1 * 1000.
    private const double Slack = 1e-9;

    /// <summary>Finds the targets that are missed.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="layers">Layers of the original: what shares of weights and work are counted from.</param>
    /// <param name="after">What the compiler makes of the result, smallest code.</param>
    /// <param name="drop">Points that the compiled result loses on the validation samples.</param>
    /// <returns>A line for each, for example <c>--sparsity: wanted 0.9, is 0.85</c>.</returns>
    public static IReadOnlyList<string> Missed(
        CompressionSettings settings, IReadOnlyList<WeightLayer> layers, ModelReport after, double drop)
    {
        var missed = new List<string>();
        double weights = layers.Sum(layer => (double)layer.WeightCount);
        double work = layers.Sum(layer => (double)layer.WeightCount * layer.Positions);
        double workLeft = after.Layers.Where(layer => layer.Weights > 0)
            .Sum(layer => (double)layer.DenseMultiplyAccumulates / layer.Weights * layer.NonZeroWeights);

        // What is short of a target is never rounded to it.
        if (settings.Sparsity is { } sparsity && after.NonZeroWeights > (1 - sparsity) * weights * (1 + Slack))
            Add("--sparsity", Number(sparsity), Number(Math.Floor((1 - after.NonZeroWeights / weights) * 1e4) / 1e4));
        if (settings.Speedup is { } speedup && workLeft > work / speedup * (1 + Slack))
            Add("--speedup", Number(speedup), Number(Math.Floor(work / workLeft * 100) / 100));
        if (settings.WeightBytes is { } bytes && after.WeightBytes > bytes)
            Add("--weight-bytes", Number(bytes), Number(after.WeightBytes));
        if (settings.MaximumDrop is { } most && !(drop <= most + Slack))
            Add("--max-accuracy-drop", $"{Number(most)} at most", Number(Math.Ceiling(drop * 100) / 100));
        return missed;

        void Add(string target, string wanted, string reached) => missed.Add($"{target}: wanted {wanted}, is {reached}");
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
